using System.Globalization;
using System.Text.Json;

namespace Strikeline.Unit.Venues.Mutation;

/// <summary>
/// Reads one message as its venue's documents describe it, without anything of the room under test. Tells whether a
/// harmed message still is a well-formed one, and what it then says.
/// </summary>
internal static class PlainReading
{
    private const decimal Scale = 100_000_000m;

    /// <summary>The parts of a well-formed message; null where it is none.</summary>
    public static IReadOnlyList<Part>? Read(Venue venue, byte[] frame, string context)
    {
        try
        {
            using var document = JsonDocument.Parse(frame);
            var root = document.RootElement;
            return venue switch
            {
                Venue.Binance => Binance(root, context),
                Venue.Coinbase => Coinbase(root),
                Venue.Kraken => Kraken(root),
                _ => Bybit(root),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException
            or KeyNotFoundException or OverflowException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    private static List<Part> Binance(JsonElement root, string context)
    {
        if (context.Length > 0)
        {
            var at = root.GetProperty("lastUpdateId").GetInt64();
            var pair = context.Split("symbol=")[1].Split('&')[0].ToUpperInvariant();
            return [new Part(pair, true, at, at, Pairs(root.GetProperty("bids")), Pairs(root.GetProperty("asks")))];
        }

        var data = root.TryGetProperty("data", out var inner) ? inner : root;
        if (!data.TryGetProperty("e", out var kind) || kind.GetString() != "depthUpdate")
        {
            return [];
        }

        var first = Integer(data.GetProperty("U"));
        var last = Integer(data.GetProperty("u"));
        return first > last
            ? throw new FormatException()
            : [PartOf(data, false, first, last)];
    }

    private static List<Part> Bybit(JsonElement root)
    {
        var topic = Text(root.GetProperty("topic"));
        if (!topic.StartsWith("orderbook.500.", StringComparison.Ordinal))
        {
            return [];
        }

        var data = root.GetProperty("data");
        var id = Integer(data.GetProperty("u"));
        var type = root.GetProperty("type").GetString();
        return type is not ("snapshot" or "delta")
            ? throw new FormatException()
            : [PartOf(data, type == "snapshot" || id == 1, id, id)];
    }

    private static List<Part> Coinbase(JsonElement root)
    {
        var parts = new List<Part>();
        var sequence = root.GetProperty("sequence_num").GetInt64();
        if (root.GetProperty("channel").GetString() == "l2_data")
        {
            foreach (var part in root.GetProperty("events").EnumerateArray())
            {
                var type = part.GetProperty("type").GetString();
                var sides = new List<Level>[] { [], [] };
                foreach (var update in part.GetProperty("updates").EnumerateArray())
                {
                    var side = update.GetProperty("side").GetString();
                    var index = side == "bid" ? 0 : side == "offer" ? 1 : throw new FormatException();
                    sides[index].Add(Level(update.GetProperty("price_level"), update.GetProperty("new_quantity")));
                }

                var pair = Text(part.GetProperty("product_id"));
                parts.Add(type is "snapshot" or "update"
                    ? new Part(pair, type == "snapshot", sequence, sequence, [.. sides[0]], [.. sides[1]])
                    : throw new FormatException());
            }
        }

        return parts;
    }

    private static List<Part> Kraken(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            var count = root.GetArrayLength();
            var pair = Text(root[count - 1]);
            return root[1].ValueKind == JsonValueKind.Object && root[1].TryGetProperty("as", out var asks)
                ? [new Part(pair, true, 0, 0, Pairs(root[1].GetProperty("bs")), Pairs(asks))]
                : [];
        }

        return [];
    }

    private static Part PartOf(JsonElement data, bool snapshot, long first, long last)
    {
        var pair = Text(data.GetProperty("s"));
        return new Part(pair, snapshot, first, last, Pairs(data.GetProperty("b")), Pairs(data.GetProperty("a")));
    }

    private static Level[] Pairs(JsonElement levels) =>
        [.. levels.EnumerateArray().Select(level => Level(level[0], level[1]))];

    private static Level Level(JsonElement price, JsonElement quantity)
    {
        var level = new Level(Eight(price), Eight(quantity));
        return level.Price > 0 && level.Quantity >= 0 ? level : throw new FormatException();
    }

    private static long Eight(JsonElement value)
    {
        var number = value.ValueKind == JsonValueKind.String
            ? decimal.Parse(value.GetString()!, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
            : decimal.Parse(value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture);
        return number * Scale % 1 == 0 ? (long)(number * Scale) : throw new FormatException();
    }

    private static string Text(JsonElement value) => value.GetString() ?? throw new FormatException();

    private static long Integer(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? long.Parse(value.GetString()!, NumberStyles.None, CultureInfo.InvariantCulture)
        : value.GetInt64();
}
