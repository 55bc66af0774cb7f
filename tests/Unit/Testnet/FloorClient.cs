using System.Text;
using System.Text.Json;
using Strikeline.Testnet;

namespace Strikeline.Unit.Testnet;

/// <summary>A client of a floor in virtual time, without a socket: what it is sent is read from its line.</summary>
internal sealed class FloorClient
{
    private static readonly RestQuery NoQuery = new(_ => null);

    private readonly MarketFloor _floor;

    public FloorClient(MarketFloor floor, Venue venue, string path)
    {
        _floor = floor;
        Line = floor.Connect(venue, path, NoQuery);
    }

    public ClientLine Line { get; }

    public static MarketFloor NewFloor(long seed = 1, double rate = 1, int depth = 120) =>
        new(new SeededMarket(seed, rate, depth), seed, TimeSpan.FromHours(24), 1_760_000_000L * Stamps.NanosPerSecond);

    public static RestQuery Query(params (string Name, string Value)[] values) =>
        new(name => Array.Find(values, value => value.Name == name).Value);

    public FloorClient Say(string text)
    {
        _floor.Booth(Line.Venue).Receive(Line, Encoding.UTF8.GetBytes(text), _floor.NowNanos);
        return this;
    }

    /// <summary>Everything sent since the last call, as text.</summary>
    public List<string> Texts()
    {
        var texts = new List<string>();
        while (Line.Outgoing.TryRead(out var frame))
        {
            Line.Drained(frame);
            texts.Add(frame.CloseStatus != 0 ? $"close {frame.CloseStatus}" : Encoding.UTF8.GetString(frame.Bytes));
        }

        return texts;
    }

    /// <summary>Steps and returns everything that was sent, as JSON.</summary>
    public List<JsonElement> Run(int steps)
    {
        var messages = new List<JsonElement>();
        for (var i = 0; i < steps; i++)
        {
            _floor.StepOnce();
            messages.AddRange(Texts().Select(text => JsonDocument.Parse(text).RootElement));
        }

        return messages;
    }

    public List<JsonElement> Read() => [.. Texts().Select(text => JsonDocument.Parse(text).RootElement)];
}
