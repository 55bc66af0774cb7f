namespace Strikeline.Venues.Kalshi;

/// <summary>How far a market has come on its way to an outcome: the venue's own life of a market, in order.</summary>
internal enum KalshiVerdict : byte
{
    /// <summary>Its status is none that is known.</summary>
    Unknown,

    /// <summary>Nothing is decided.</summary>
    None,

    /// <summary>There is a result, which a dispute may still change; nothing is paid.</summary>
    Provisional,

    /// <summary>The result stands, and the venue has paid.</summary>
    Final,
}
