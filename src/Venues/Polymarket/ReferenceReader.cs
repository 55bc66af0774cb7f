using System.Text;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>What a frame of a settlement price feed was, beside its prices.</summary>
internal enum ReferenceFrame
{
    /// <summary>None of theirs.</summary>
    None,

    /// <summary>Prices, or a channel that is not used.</summary>
    Prices,

    /// <summary>The key was accepted.</summary>
    Authed,

    /// <summary>An acknowledgement.</summary>
    Acknowledged,

    /// <summary>A refusal.</summary>
    Refused,
}

/// <summary>
/// The two feeds of settlement prices: PolyBolt's <c>price.crypto.twap</c>, and the older RTDS topics. Two traps are
/// known: PolyBolt's <c>price.crypto</c> is not the oracle's price, and RTDS labels the first answer of its spot stream
/// with another stream's topic, so that only the spelling of the symbol tells them apart.
/// </summary>
internal sealed class ReferenceReader
{
    private const string Chainlink = "chainlink";

    /// <summary>The prices of the last frame, oldest first.</summary>
    public List<ReferencePrice> Prices { get; } = [];

    /// <summary>Channel and number of the last PolyBolt frame; number -1 where it had none.</summary>
    public (string Channel, long Sequence) Numbered { get; private set; }

    /// <summary>How many frames PolyBolt says that it dropped before the last one.</summary>
    public long Dropped { get; private set; }

    /// <summary>The last refusal's code.</summary>
    public string Code { get; private set; } = string.Empty;

    /// <summary>Reads a frame.</summary>
    /// <returns>Null where it is one of theirs and cannot be read.</returns>
    public ReferenceFrame? Read(JsonElement root)
    {
        Prices.Clear();
        Numbered = (string.Empty, -1);
        Dropped = 0;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return ReferenceFrame.None;
        }

        if (root.TryGetProperty("op", out _))
        {
            Code = root.Text("code");
            return root.Text("op") switch
            {
                "authed" => ReferenceFrame.Authed,
                "subscribed" or "unsubscribed" or "pong" => ReferenceFrame.Acknowledged,
                "error" => ReferenceFrame.Refused,
                _ => null,
            };
        }

        if (root.TryGetProperty("channel", out _) && root.TryGetProperty("seq", out _))
        {
            return ReadPolyBolt(root) ? ReferenceFrame.Prices : null;
        }

        if (root.TryGetProperty("topic", out _))
        {
            return ReadRtds(root) ? ReferenceFrame.Prices : null;
        }

        if (root.TryGetProperty("statusCode", out _) && root.TryGetProperty("body", out _))
        {
            Code = "topic";
            return ReferenceFrame.Refused;
        }

        return ReferenceFrame.None;
    }

    private bool ReadPolyBolt(JsonElement root)
    {
        if (root.Text("v") != "1" || !TryWhole(root, "seq", out var sequence)
            || !root.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        Numbered = (root.Text("channel"), sequence);
        Dropped = TryWhole(root, "dropped", out var dropped) ? dropped : 0;
        return Numbered.Channel != "price.crypto.twap"
            || ReadTwap(payload, "window_seconds", isE18: false);
    }

    private bool ReadRtds(JsonElement root)
    {
        if (!root.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        switch (root.Text("topic"))
        {
            case "crypto_prices_twap_sixty":
                return ReadTwap(payload, "window_s", isE18: true);
            case "crypto_prices_chainlink":
                return ReadSeries(payload, "last", Chainlink, isE18: true);
            case "crypto_prices":
                var isOracle = payload.Text("symbol").Contains('/', StringComparison.Ordinal);
                return ReadSeries(payload, "last", isOracle ? Chainlink : "binance", isE18: isOracle);
            default:
                return true;
        }
    }

    private bool ReadTwap(JsonElement payload, string window, bool isE18)
    {
        // The window may be absent from the first answer of a topic that names it.
        return payload.Text(window) switch
        {
            "60" or "" => ReadSeries(payload, "twap60", Chainlink, isE18),
            "30" => ReadSeries(payload, "twap30", Chainlink, isE18),
            _ => false,
        };
    }

    private bool ReadSeries(JsonElement payload, string statistic, string oracle, bool isE18)
    {
        if (AssetOf(payload.Text("symbol")) is not { } asset)
        {
            return false;
        }

        if (!payload.TryGetProperty("data", out var data))
        {
            return TryAdd(payload, asset, statistic, oracle, isE18);
        }

        if (data.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var point in data.EnumerateArray())
        {
            if (point.ValueKind != JsonValueKind.Object || !TryAdd(point, asset, statistic, oracle, isE18))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryAdd(JsonElement point, string asset, string statistic, string oracle, bool isE18)
    {
        if (!TryWhole(point, "timestamp", out var millis) || millis is <= 0 or > long.MaxValue / Stamps.NanosPerMilli)
        {
            return false;
        }

        var exact = point.Text("full_accuracy_value");
        var text = exact.Length > 0 ? exact : point.Text("value");
        var bytes = Encoding.UTF8.GetBytes(text);
        var isInteger = isE18 && exact.Length > 0 && !exact.Contains('.', StringComparison.Ordinal);
        if (!(isInteger ? DecimalPrices.TryE18(bytes, out var price) : DecimalPrices.TryE8(bytes, out price))
            || price == 0)
        {
            return false;
        }

        Prices.Add(new ReferencePrice(
            Venue.Polymarket, asset, oracle, statistic, price, millis * Stamps.NanosPerMilli));
        return true;
    }

    // btc/usd, btcusd, btcusdt.
    private static string? AssetOf(string symbol)
    {
        var name = symbol.ToUpperInvariant();
        foreach (var quote in (ReadOnlySpan<string>)["/USDT", "/USD", "USDT", "USD"])
        {
            if (name.Length > quote.Length && name.EndsWith(quote, StringComparison.Ordinal))
            {
                name = name[..^quote.Length];
                return name.Length <= 10 && name.All(char.IsAsciiLetterOrDigit) ? name : null;
            }
        }

        return null;
    }

    private static bool TryWhole(JsonElement json, string name, out long value) =>
        DecimalText.TryParse(Encoding.UTF8.GetBytes(json.Text(name)), 0, out value);
}
