using System.Text.Json;

namespace Strikeline.Unit.Host.Broadcast;

/// <summary>What a client of the stream does: holds the quotes by strike and expiry, as contracts/ says.</summary>
internal sealed class LadderView
{
    private readonly Dictionary<(long Expiry, string Strike), string> _quotes = [];

    public long Sequence { get; private set; }

    public int Snapshots { get; private set; }

    public IEnumerable<string> QuoteIds => _quotes.Values.Order(StringComparer.Ordinal);

    public void Take(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.GetProperty("type").GetString() == "snapshot")
        {
            _quotes.Clear();
            Snapshots++;
        }
        else
        {
            Assert.Equal("update", root.GetProperty("type").GetString());
            Assert.Equal(Sequence + 1, root.GetProperty("from").GetInt64());
            foreach (var id in root.GetProperty("removed").EnumerateArray())
            {
                var gone = _quotes.Single(pair => pair.Value == id.GetString());
                _quotes.Remove(gone.Key);
            }
        }

        Assert.True(root.GetProperty("sequence").GetInt64() > Sequence);
        Sequence = root.GetProperty("sequence").GetInt64();
        foreach (var signed in root.GetProperty("markets").EnumerateArray())
        {
            var market = signed.GetProperty("market");
            _quotes[(market.GetProperty("expiry_ts").GetInt64(), market.GetProperty("strike").ToString())] =
                market.GetProperty("quote_id").GetString()!;
        }
    }
}
