using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strikeline.Testnet;

/// <summary>How a simulated trader trades.</summary>
public enum TraderRole
{
    /// <summary>Rests many orders close to the price.</summary>
    NearMaker,

    /// <summary>Rests larger orders farther away, and moves them seldom.</summary>
    FarMaker,

    /// <summary>Trades at once, now and then.</summary>
    Taker,
}

/// <summary>One simulated trader.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Market">The one market that it trades, for example <c>SOL/USDC</c>.</param>
/// <param name="Role">How it trades.</param>
/// <param name="Key">Its API key: a secret.</param>
public sealed record TraderSeat(string Name, string Market, TraderRole Role, string Key)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Name} on {Market}";
}

/// <summary>The simulated traders of an exchange.</summary>
/// <param name="Url">Where the exchange's API is.</param>
/// <param name="Seats">The traders.</param>
/// <remarks>Holds secrets: its JSON goes to a pipe or a file of its owner's alone, never to a log.</remarks>
public sealed record TraderPlan(Uri Url, IReadOnlyList<TraderSeat> Seats)
{
    /// <summary>The plan as one line of JSON.</summary>
    public string ToJson()
    {
        var seats = new JsonArray();
        foreach (var seat in Seats)
        {
            seats.Add((JsonNode)new JsonObject
            {
                ["name"] = seat.Name, ["market"] = seat.Market, ["role"] = seat.Role.ToString(), ["key"] = seat.Key,
            });
        }

        return new JsonObject { ["url"] = Url.ToString(), ["traders"] = seats }.ToJsonString();
    }

    /// <summary>Reads what <see cref="ToJson"/> has written.</summary>
    /// <exception cref="TestnetException">It is no plan; the message shows nothing of it.</exception>
    public static TraderPlan Parse(string json) =>
        TryParse(json) ?? throw new TestnetException("testnet: what came as the plan of the traders is none");

    // The failure goes nowhere: a parser's message may show a part of the text, which holds secrets.
    private static TraderPlan? TryParse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return new TraderPlan(
                new Uri(root.GetProperty("url").GetString()!, UriKind.Absolute),
                [.. root.GetProperty("traders").EnumerateArray().Select(Seat)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or UriFormatException or ArgumentException)
        {
            return null;
        }
    }

    private static TraderSeat Seat(JsonElement seat) => new(
        seat.GetProperty("name").GetString()!, seat.GetProperty("market").GetString()!,
        Enum.Parse<TraderRole>(seat.GetProperty("role").GetString()!), seat.GetProperty("key").GetString()!);
}
