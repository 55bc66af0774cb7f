namespace Strikeline.Host.Configuration;

/// <summary>The exchange.</summary>
internal sealed record ExchangeSettings
{
    /// <summary>Whether there is one.</summary>
    [Key(KeyKind.Flag, "Whether the exchange is open.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Where its journal lies.</summary>
    [Key(KeyKind.Path, "Folder of the exchange's journal.", Under = "exchange")]
    public string Dir { get; init; } = "";

    /// <summary>How much history the journal keeps.</summary>
    [Key(KeyKind.Whole, "Disk for the journal's history: so far back the market's store can be away, or be made again; "
        + "what a start needs stays in any case.", Unit = "MiB", Max = 16_777_216)]
    public int HistoryKeepMb { get; init; } = 4_096;

    /// <summary>Requests of one key in a second.</summary>
    [Key(KeyKind.Whole, "Requests that change something, of one key in a second; bursts may be twice that.",
        Unit = "per second", Min = 1, Max = 1_000_000)]
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>Cancellations of one key in a second, beside its other requests.</summary>
    [Key(KeyKind.Whole, "Cancellations of one key in a second that pass when its other requests are used up.",
        Unit = "per second", Min = 1, Max = 1_000_000)]
    public int CancelsPerSecond { get; init; } = 100;

    /// <summary>What is traded.</summary>
    [Key(KeyKind.Rows, "Assets, one row each; decimals cannot change once listed.")]
    public IReadOnlyList<AssetSettings> Assets { get; init; } =
    [
        new() { Name = "USDC", Decimals = 6 },
        new() { Name = "SOL", Decimals = 9 },
        new() { Name = "BTC", Decimals = 8 },
        new() { Name = "ETH", Decimals = 9 },
    ];

    /// <summary>What it is traded against.</summary>
    [Key(KeyKind.Rows, "Spot markets, one row per pair; tick, lot and max_price cannot change once listed.")]
    public IReadOnlyList<SpotMarketSettings> Markets { get; init; } =
    [
        new() { Symbol = "SOL/USDC", Tick = "0.01", Lot = "0.001", MaxPrice = "1000000", MaxQuantity = "100000" },
        new() { Symbol = "BTC/USDC", Tick = "0.1", Lot = "0.00001", MaxPrice = "10000000", MaxQuantity = "1000" },
        new() { Symbol = "ETH/USDC", Tick = "0.01", Lot = "0.0001", MaxPrice = "1000000", MaxQuantity = "10000" },
    ];
}

/// <summary>One asset.</summary>
internal sealed record AssetSettings
{
    /// <summary>Its name.</summary>
    [Key(KeyKind.Name, "Name of the asset.", Required = true)]
    public string Name { get; init; } = "";

    /// <summary>Decimals of an amount.</summary>
    [Key(KeyKind.Whole, "Decimals of an amount: balances of up to 2^60 of the smallest unit can be held.",
        Unit = "digits",
        Max = 18)]
    public int Decimals { get; init; } = 6;
}

/// <summary>One spot market.</summary>
internal sealed record SpotMarketSettings
{
    /// <summary>The pair.</summary>
    [Key(KeyKind.Symbol, "Pair of two of the assets.", Required = true)]
    public string Symbol { get; init; } = "";

    /// <summary>Step of the price, as decimal text.</summary>
    [Key(KeyKind.Amount, "Step of a price.", Unit = "quote asset", Required = true)]
    public string Tick { get; init; } = "";

    /// <summary>Step of a quantity, as decimal text.</summary>
    [Key(KeyKind.Amount, "Step of a quantity.", Unit = "base asset", Required = true)]
    public string Lot { get; init; } = "";

    /// <summary>The highest price, as decimal text.</summary>
    [Key(KeyKind.Amount, "Highest price.", Unit = "quote asset", Required = true)]
    public string MaxPrice { get; init; } = "";

    /// <summary>The largest order, as decimal text.</summary>
    [Key(KeyKind.Amount, "Largest quantity of an order.", Unit = "base asset", Required = true)]
    public string MaxQuantity { get; init; } = "";

    /// <summary>Fee of the resting side.</summary>
    [Key(KeyKind.Whole, "Fee of the resting side, of what it receives.", Unit = "ppm", Max = 100_000)]
    public int MakerFeePpm { get; init; } = 200;

    /// <summary>Fee of the incoming side.</summary>
    [Key(KeyKind.Whole, "Fee of the incoming side, of what it receives.", Unit = "ppm", Max = 100_000)]
    public int TakerFeePpm { get; init; } = 500;

    /// <summary>Price band.</summary>
    [Key(KeyKind.Whole, "How far a price may be from the last trade; 0 for any.", Unit = "ppm", Max = 999_999)]
    public int BandPpm { get; init; } = 100_000;
}
