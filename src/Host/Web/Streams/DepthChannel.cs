using System.Runtime.CompilerServices;
using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Streams;

/// <summary>A book: a snapshot, then every difference, each with the sequence of the one before.</summary>
/// <remarks>Differences are written once for all clients. A client that is so slow that they are forgotten, or that it
/// would have more of them to read than the book has levels, gets a snapshot.</remarks>
internal sealed class DepthChannel(MarketDesk market) : EventChannel($"depth@{market.Spot.Name}")
{
    private const int Levels = 1_000;
    private const int MostBehind = 256;

    private readonly ConditionalWeakTable<DepthDiff, byte[]> _written = [];

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
            var depth = market.Depth.Snapshot(Levels);
            message = Write("snapshot", null, depth.Sequence, nowMs, json => Write(json, depth.Bids, depth.Asks));
            position = depth.Sequence;
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
}
