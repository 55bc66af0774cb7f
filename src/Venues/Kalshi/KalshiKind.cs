namespace Strikeline.Venues.Kalshi;

/// <summary>What a message of Kalshi's is.</summary>
internal enum KalshiKind : byte
{
    /// <summary>Understood, and of no consequence.</summary>
    Nothing,

    /// <summary>Whole books: a snapshot of the socket, or an answer of REST.</summary>
    Books,

    /// <summary>A change of one level.</summary>
    Delta,

    /// <summary>A trade.</summary>
    Trade,

    /// <summary>Best prices of a market.</summary>
    Ticker,

    /// <summary>A market's life went on.</summary>
    Lifecycle,

    /// <summary>A value of an index.</summary>
    Reference,

    /// <summary>A channel was subscribed to.</summary>
    Subscribed,

    /// <summary>The venue refused something or gave up a subscription.</summary>
    Refusal,

    /// <summary>An answer of REST about markets, events, series or the exchange.</summary>
    Document,
}
