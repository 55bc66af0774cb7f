namespace Strikeline.Host.Configuration;

/// <summary>Strike markets.</summary>
internal sealed record StrikesSettings
{
    /// <summary>The name that signatures are bound to.</summary>
    [Key(KeyKind.Name, "Environment id that every signature is bound to: a quote of one is worth nothing in another.")]
    public string Environment { get; init; } = "local";

    /// <summary>The assets that are made.</summary>
    [Key(KeyKind.Rows, "Ladders that are made, one row per pair.")]
    public IReadOnlyList<SeriesSettings> Series { get; init; } =
    [
        new() { Symbol = "BTC/USDT", Spacing = "100" },
        new() { Symbol = "ETH/USDT", Spacing = "10" },
        new() { Symbol = "SOL/USDT", Spacing = "1" },
    ];
}
