namespace Strikeline.Venues.Kalshi;

/// <summary>The channels that are subscribed to; each has one subscription for each connection.</summary>
internal enum KalshiChannel : byte
{
    /// <summary>Another one.</summary>
    None,

    /// <summary>Snapshots and changes of books.</summary>
    Books,

    /// <summary>Trades.</summary>
    Trades,

    /// <summary>Best prices.</summary>
    Tickers,

    /// <summary>Lives of all markets.</summary>
    Lifecycle,

    /// <summary>Values of indices, once a second.</summary>
    Indices,
}

/// <summary>The channels' names on the wire.</summary>
internal static class KalshiChannels
{
    private static readonly string[] Names =
        ["", "orderbook_delta", "trade", "ticker", "market_lifecycle_v2", "cfbenchmarks_value"];

    public static string Name(this KalshiChannel channel) => Names[(int)channel];

    public static KalshiChannel Of(ReadOnlySpan<byte> name)
    {
        for (var i = 1; i < Names.Length; i++)
        {
            if (System.Text.Ascii.Equals(name, Names[i]))
            {
                return (KalshiChannel)i;
            }
        }

        return KalshiChannel.None;
    }
}
