namespace Strikeline.Host.Configuration;

/// <summary>The composite price.</summary>
internal sealed record PricesSettings
{
    /// <summary>Age at which a venue leaves the composite, in milliseconds.</summary>
    [Key(KeyKind.Whole, "Age at which a venue's price leaves the composite; nothing is signed on an older composite.",
        Unit = "ms", Min = 100, Max = 60_000)]
    public int StaleMs { get; init; } = 3000;

    /// <summary>Age at which a stablecoin pair no longer converts, in milliseconds.</summary>
    [Key(KeyKind.Whole, "The same limit for the stablecoin pairs that convert quote currencies: their books are quiet.",
        Unit = "ms", Min = 100, Max = 600_000)]
    public int BasisStaleMs { get; init; } = 30_000;

    /// <summary>Move of two others at which an instrument that stands still is left out, in basis points.</summary>
    [Key(KeyKind.Whole, "An instrument that stands still while two others move by more than this is left out.",
        Unit = "bps", Min = 1, Max = 1000)]
    public int FrozenBps { get; init; } = 5;

    /// <summary>Distance from the median at which a venue is ejected, in basis points.</summary>
    [Key(KeyKind.Whole, "Distance from the median at which a venue is left out.", Unit = "bps", Min = 1, Max = 5000)]
    public int OutlierBps { get; init; } = 100;

    /// <summary>Venues that must agree.</summary>
    [Key(KeyKind.Whole, "Fresh agreeing venues that a composite needs.", Unit = "venues", Min = 1, Max = 16)]
    public int MinVenues { get; init; } = 2;
}
