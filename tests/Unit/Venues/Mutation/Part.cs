namespace Strikeline.Unit.Venues.Mutation;

/// <summary>What one message says about one book, read naively, in units of 10^-8.</summary>
internal sealed record Part(string Pair, bool Snapshot, long FirstId, long Id, Level[] Bids, Level[] Asks);

/// <summary>A message of the unharmed stream.</summary>
/// <param name="Payload">Its bytes.</param>
/// <param name="Context">Path of the REST request that it answers; empty for the stream's own.</param>
/// <param name="Parts">What it says about books.</param>
/// <param name="Top">Kraken: signature of the ten best levels after it; else zero.</param>
/// <param name="Pair">Kraken: the pair whose levels those are.</param>
internal sealed record PristineFrame(
    byte[] Payload, string Context, IReadOnlyList<Part> Parts, ulong Top = 0, string? Pair = null)
{
    /// <summary>The pair of which this is a whole book; null where it is none.</summary>
    public string? SnapshotOf { get; } = Parts is [{ Snapshot: true } part] ? part.Pair
        : Payload.AsSpan().IndexOf("\"book\",\"type\":\"snapshot\""u8) > 0 ? Pair : null;
}
