namespace Strikeline.Strikes;

/// <summary>Takes what a <see cref="StrikeLoop"/> makes: the hot cache and the streams to clients.</summary>
public interface IMarketSink
{
    /// <summary>A symbol's ladder has changed. Called on the loop: take it and return.</summary>
    /// <param name="snapshot">The whole ladder of the symbol.</param>
    /// <param name="renewed">The quotes that were signed now, all of them in the snapshot; none where markets only
    /// went away.</param>
    void OnMarkets(StrikeSnapshot snapshot, IReadOnlyList<SignedLiveMarket> renewed);
}
