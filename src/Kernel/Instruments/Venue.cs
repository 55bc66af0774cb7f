namespace Strikeline.Kernel;

/// <summary>A place where prices come from. Numbers are written to tapes: they are never reused.</summary>
public enum Venue : byte
{
    /// <summary>No venue; the default value.</summary>
    None = 0,

    /// <summary>Binance spot.</summary>
    Binance = 1,

    /// <summary>Coinbase Advanced Trade.</summary>
    Coinbase = 2,

    /// <summary>Kraken spot.</summary>
    Kraken = 3,

    /// <summary>Bybit v5 spot.</summary>
    Bybit = 4,

    /// <summary>Polymarket's order book on Polygon.</summary>
    Polymarket = 5,

    /// <summary>Kalshi.</summary>
    Kalshi = 6,
}

/// <summary>Venue names as they stand in commands, configuration, metrics and JSON.</summary>
public static class VenueNames
{
    private static readonly string[] Names = ["none", "binance", "coinbase", "kraken", "bybit", "polymarket", "kalshi"];

    /// <summary>Venues whose spot prices make the composite, in a fixed order.</summary>
    public static IReadOnlyList<Venue> Spot { get; } = [Venue.Binance, Venue.Coinbase, Venue.Kraken, Venue.Bybit];

    /// <summary>Venues of outcome tokens, in a fixed order.</summary>
    public static IReadOnlyList<Venue> Prediction { get; } = [Venue.Polymarket, Venue.Kalshi];

    /// <summary>All venues, in a fixed order.</summary>
    public static IReadOnlyList<Venue> All { get; } = [.. Spot, .. Prediction];

    /// <summary>The lower-case name.</summary>
    public static string Name(this Venue venue) => Names[(int)venue];

    /// <summary>Reads a name in any case.</summary>
    public static bool TryParse(string? text, out Venue venue)
    {
        var index = Array.FindIndex(Names, 1, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        venue = index < 0 ? Venue.None : (Venue)index;
        return index >= 0;
    }
}
