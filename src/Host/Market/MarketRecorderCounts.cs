namespace Strikeline.Host.Market;

/// <summary>What a recorder has done since it was made.</summary>
/// <param name="Batches">Batches that were written, each of one or more that were handed in or read again.</param>
/// <param name="Trades">Trades in them.</param>
/// <param name="Dropped">Batches that were not taken because too much waited.</param>
/// <param name="Replays">How often the journal was read.</param>
/// <param name="Failures">How often the store or the journal has failed.</param>
/// <param name="LostEvents">Events in the store's holes, those of earlier runs too.</param>
internal readonly record struct MarketRecorderCounts(
    long Batches, long Trades, long Dropped, long Replays, long Failures, long LostEvents);
