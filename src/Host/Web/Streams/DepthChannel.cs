using System.Runtime.CompilerServices;
using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Streams;

/// <summary>A book: a snapshot, then every difference, each with the sequence of the one before.</summary>
/// <remarks>Differences are written once for all clients, and so are snapshots, as long as nothing happens. A snapshot
/// is never older than what its reader has seen before. It holds every level: a difference of one that was left out
/// would be the first word of it. A client that is so far behind that differences are forgotten, or too many, gets a
/// snapshot.</remarks>
internal sealed class DepthChannel(MarketDesk market) : EventChannel($"depth@{market.Spot.Name}")
{
    private const int MostBehind = 256;

    private readonly ConditionalWeakTable<DepthDiff, byte[]> _written = [];
    private Kept? _kept;

    /// <inheritdoc/>
    public override EventRead TryNext(ref long position, long nowMs, out ReadOnlyMemory<byte> message)
    {
        message = default;
        var diffs = position == Start ? null : market.Depth.Since(position);
        if (diffs is { Length: 0 })
        {
            return EventRead.Nothing;
        }

        if (diffs is null || diffs.Length > MostBehind)
        {
            var kept = Volatile.Read(ref _kept);
            if (kept is null || kept.Sequence != market.Depth.Sequence)
            {
                var depth = market.Depth.Snapshot(int.MaxValue);
                kept = new Kept(depth.Sequence, Write(
                    "snapshot", null, depth.Sequence, nowMs, json => Write(json, depth.Bids, depth.Asks)));
                Volatile.Write(ref _kept, kept);
            }

            (position, message) = (kept.Sequence, kept.Message);
            return EventRead.Message;
        }

        var next = diffs[0];
        message = _written.GetValue(next, diff => Write(
            "update", diff.Previous, diff.Sequence, nowMs, json => Write(
                json,
                diff.Levels.Where(level => level.Side == Side.Buy),
                diff.Levels.Where(level => level.Side == Side.Sell))).ToArray());
        position = next.Sequence;
        return EventRead.Message;
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

    private sealed record Kept(long Sequence, ReadOnlyMemory<byte> Message);
}
