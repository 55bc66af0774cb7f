namespace Strikeline.Testnet.Coinbase;

/// <summary>What the Coinbase booth remembers of one client.</summary>
internal sealed class CoinbaseSession
{
    /// <summary>The number of the next frame, across all channels of the connection.</summary>
    public long NextSequence { get; set; }

    /// <summary>Products by channel, in the order of subscription.</summary>
    public SortedDictionary<string, List<string>> Channels { get; } = new(StringComparer.Ordinal);

    public long Heartbeats { get; set; }

    public bool Wants(string channel, string product) =>
        Channels.TryGetValue(channel, out var products) && products.Contains(product, StringComparer.Ordinal);
}
