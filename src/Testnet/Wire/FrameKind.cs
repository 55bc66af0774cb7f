namespace Strikeline.Testnet;

/// <summary>What a frame carries: faults touch data, never acknowledgements and heartbeats.</summary>
internal enum FrameKind
{
    /// <summary>Acknowledgements, heartbeats, pongs, status.</summary>
    Control,

    /// <summary>A whole book or the start of a channel.</summary>
    Snapshot,

    /// <summary>Changes of a book.</summary>
    Book,

    /// <summary>Trades.</summary>
    Trade,

    /// <summary>Tickers, best bid and ask, candles.</summary>
    Quote,
}
