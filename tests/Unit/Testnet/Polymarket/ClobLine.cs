using System.Text;
using System.Text.Json;
using Strikeline.Testnet;
using Strikeline.Testnet.Polymarket;

namespace Strikeline.Unit.Testnet.Polymarket;

/// <summary>A WebSocket of Polymarket's, without a socket.</summary>
internal sealed class ClobLine
{
    private static long _lastId = 1_000_000;

    private readonly World _world;
    private readonly LineChannel _channel;

    public ClobLine(World world, string path)
    {
        _world = world;
        _channel = world.Booth.ChannelAt(path, path.StartsWith("/ws/", StringComparison.Ordinal))!;
        Line = new ClientLine(Interlocked.Increment(ref _lastId), Venue.None, world.Floor.Faults);
        _channel.Open(Line, world.Now);
    }

    public ClientLine Line { get; }

    public ClobLine Say(string text)
    {
        _channel.Receive(Line, Encoding.UTF8.GetBytes(text), _world.Now);
        return this;
    }

    public ClobLine Follow(bool custom, params OutcomeMarket[] markets) => Say(
        "{\"type\":\"market\",\"assets_ids\":[" + string.Join(',', markets.SelectMany(market => market.TokenTexts)
            .Select(token => $"\"{token}\"")) + "],\"custom_feature_enabled\":" + (custom ? "true" : "false") + "}");

    public void Leave() => _channel.Leave(Line);

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

    /// <summary>Everything sent since the last call; arrays are taken apart.</summary>
    public List<JsonElement> Read() => [.. Texts().Where(text => text.Length > 0).SelectMany(text =>
    {
        var root = JsonDocument.Parse(text).RootElement;
        return root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().ToArray() : [root];
    })];

    public static List<JsonElement> Of(List<JsonElement> messages, string type) =>
        messages.FindAll(message => message.TryGetProperty("event_type", out var found) && found.GetString() == type);
}
