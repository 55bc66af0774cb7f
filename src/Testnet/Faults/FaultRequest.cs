using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>The body of <c>POST /control/faults</c>.</summary>
internal sealed record FaultRequest(
    Venue Venue, FaultKind Kind, Symbol? Symbol, double Seconds, double Percent, long DelayMs)
{
    private static readonly string[] Known = ["venue", "fault", "symbol", "seconds", "percent", "delay_ms"];

    public static bool TryRead(
        byte[] body, MarketFloor floor, out FaultRequest request, out (int Status, string Code, string Detail) refusal)
    {
        request = null!;
        refusal = default;
        var (read, problem) = Read(body, floor);
        if (read is null)
        {
            refusal = problem;
            return false;
        }

        request = read;
        return true;
    }

    private static (FaultRequest? Request, (int Status, string Code, string Detail) Problem) Read(
        byte[] body, MarketFloor floor)
    {
        try
        {
            using var parsed = RequestJson.Parse(body);
            var root = parsed.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (null, (400, "invalid_json", "the body must be a JSON object"));
            }

            return root.Stranger(Known) is { } stranger ? Wrong(stranger) : Read(root, floor);
        }
        catch (JsonException)
        {
            return (null, (400, "invalid_json", "the body is not valid JSON"));
        }
    }

    private static (FaultRequest?, (int, string, string)) Read(JsonElement root, MarketFloor floor)
    {
        if (!VenueNames.TryParse(root.Text("venue"), out var venue)
            || !floor.Booths.Any(booth => booth.Venue == venue))
        {
            return Wrong("venue must be binance, coinbase, kraken or bybit");
        }

        if (root.Text("fault") is not { } name || !Enum.TryParse<FaultKind>(name, ignoreCase: true, out var kind)
            || int.TryParse(name, out _))
        {
            return Wrong($"fault must be one of {string.Join(", ", Enum.GetNames<FaultKind>()).ToLowerInvariant()}");
        }

        Symbol? symbol = null;
        if (root.TryGetProperty("symbol", out var given) && given.ValueKind != JsonValueKind.Null)
        {
            if (given.ValueKind != JsonValueKind.String || !Symbol.TryParse(given.GetString(), out symbol)
                || !floor.Booth(venue).Pairs.Any(pair => pair.Pair.Symbol == symbol))
            {
                var listed = string.Join(", ", floor.Booth(venue).Pairs.Select(pair => pair.Pair.Symbol));
                return Wrong($"symbol is not listed on {venue.Name()}; there are {listed}");
            }
        }

        if (!root.TryNumber("seconds", 10, 0, TestnetLimits.FaultSeconds, out var seconds))
        {
            return Wrong($"seconds must be a number from 0 to {TestnetLimits.FaultSeconds}");
        }

        if (!root.TryNumber("percent", 5, -50, 100, out var percent))
        {
            return Wrong("percent must be a number from -50 to 100");
        }

        if (!root.TryNumber("delay_ms", 1500, 1, 60_000, out var delay))
        {
            return Wrong("delay_ms must be a number from 1 to 60000");
        }

        var only = kind switch
        {
            FaultKind.Checksum => Venue.Kraken,
            FaultKind.Shutdown => Venue.Binance,
            FaultKind.Restart => Venue.Bybit,
            _ => venue,
        };
        if (only != venue)
        {
            return Wrong($"{name} is a fault of {only.Name()} only");
        }

        if (symbol is not null && kind is FaultKind.Refuse or FaultKind.Shutdown && symbol is not null)
        {
            return Wrong($"{name} concerns the whole venue; leave symbol out");
        }

        return (new FaultRequest(venue, kind, symbol, seconds, percent, (long)delay), default);
    }

    private static (FaultRequest?, (int, string, string)) Wrong(string detail) => (null, (422, "invalid_body", detail));
}

/// <summary>The body of <c>POST /control/jump</c>.</summary>
internal sealed record JumpRequest(string Asset, double Percent)
{
    public static bool TryRead(byte[] body, out JumpRequest request, out string detail)
    {
        request = null!;
        detail = "asset must be a text such as BTC, and percent a number from -50 to 100";
        try
        {
            using var parsed = RequestJson.Parse(body);
            var root = parsed.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("asset", out var asset) || asset.ValueKind != JsonValueKind.String
                || !root.TryGetProperty("percent", out var given) || given.ValueKind != JsonValueKind.Number
                || !given.TryGetDouble(out var percent) || percent is < -50 or > 100
                || !asset.GetString()!.All(char.IsAsciiLetterOrDigit))
            {
                return false;
            }

            request = new JumpRequest(asset.GetString()!.ToUpperInvariant(), percent);
            return true;
        }
        catch (JsonException)
        {
            detail = "the body is not valid JSON";
            return false;
        }
    }
}
