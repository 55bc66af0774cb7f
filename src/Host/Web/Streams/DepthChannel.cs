using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Streams;

/// <summary>A book: a snapshot, then every difference, each with the sequence of the one before.</summary>
/// <remarks>Differences between two rounds are one: each level once, as it is then. A snapshot is written once for all
/// clients, as long as nothing happens, and is never older than what its reader has seen before. It holds every
/// level: a difference of one that was left out would be the first word of it. A client that is so far behind that
/// differences are forgotten gets a snapshot, and so does one for which the differences are longer than the book: on a
/// connection that does not last, the shorter message is the one that arrives.</remarks>
internal sealed class DepthChannel(MarketDesk market) : EventChannel($"depth@{market.Spot.Name}")
{
    // Some levels more or less are no reason for a snapshot.
    private const int FewLevels = 64;

    private Update? _kept;

    /// <inheritdoc/>
    protected override long Newest => market.Depth.Sequence;

    /// <inheritdoc/>
    protected override Update? Between(long from, long to, long nowMs) => Difference(from, to, nowMs, int.MaxValue);

    /// <inheritdoc/>
    protected override Update? Missed(long from, long to, long nowMs) =>
        Difference(from, to, nowMs, Math.Max(FewLevels, market.Depth.Levels));

    /// <inheritdoc/>
    protected override Update Whole(long nowMs)
    {
        var kept = Volatile.Read(ref _kept);
        if (kept is null || kept.To != market.Depth.Sequence)
        {
            var depth = market.Depth.Snapshot(int.MaxValue);
            kept = new Update(depth.Sequence, Write(
                "snapshot", null, depth.Sequence, nowMs, json => Write(json, depth.Bids, depth.Asks)));
            Volatile.Write(ref _kept, kept);
        }

        return kept;
    }

    // Null where it is not remembered, or has more levels than it may.
    private Update? Difference(long from, long to, long nowMs, int mostLevels)
    {
        if (market.Depth.Since(from) is not { } diffs)
        {
            return null;
        }

        var levels = new Dictionary<(Side, int), LevelChange>();
        var last = from;
        foreach (var diff in diffs.TakeWhile(diff => diff.Sequence <= to))
        {
            last = diff.Sequence;
            foreach (var level in diff.Levels)
            {
                levels[(level.Side, level.Price)] = level;
            }
        }

        return levels.Count > mostLevels ? null : new Update(last, Write("update", from, last, nowMs, json => Write(
            json,
            levels.Values.Where(level => level.Side == Side.Buy),
            levels.Values.Where(level => level.Side == Side.Sell))));
    }

    private void Write(Utf8JsonWriter json, IEnumerable<LevelChange> bids, IEnumerable<LevelChange> asks)
    {
        json.WriteStartObject();
        foreach (var isBid in (ReadOnlySpan<bool>)[true, false])
        {
            var levels = isBid ? bids : asks;
            json.WriteStartArray(isBid ? "bids" : "asks");
            foreach (var level in levels)
            {
                json.WriteStartArray();
                json.WriteStringValue(market.Spot.Price(level.Price));
                json.WriteStringValue(market.Spot.Quantity(level.Lots));
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
