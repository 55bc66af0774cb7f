namespace Strikeline.Host.Configuration;

/// <summary>The bots.</summary>
internal sealed record TradingSettings
{
    /// <summary>Whether there are any.</summary>
    [Key(KeyKind.Flag, "Whether prediction venues are watched and the strategies run.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Silence that counts as stale.</summary>
    [Key(KeyKind.Whole, "Least time without changed content after which an outcome's book is not traded on.",
        Unit = "ms", Min = 100, Max = 600_000)]
    public int StaleAfterMs { get; init; } = 3_000;

    /// <summary>How long an edge must stand.</summary>
    [Key(KeyKind.Whole, "How long an edge must have stood, in full depth, before anything is done about it, at "
        + "least 1: longer than venues hold orders.", Unit = "ms", Max = 60_000)]
    public int PreflightMs { get; init; } = 300;

    /// <summary>YES and NO of one market.</summary>
    [Section("YES and NO of one market: both below a dollar, or both above.")]
    public EdgeSettings CrossOutcome { get; init; } = new()
    {
        MinEdge = "0.002", MaxShares = "500", CoolDownMs = 1_000,
    };

    /// <summary>Events of which one outcome wins.</summary>
    [Section("Events of which exactly one outcome wins: all of them below a dollar, or above.")]
    public EdgeSettings NegativeRisk { get; init; } = new()
    {
        MinEdge = "0.005", MaxShares = "200", CoolDownMs = 2_000,
    };

    /// <summary>Strike ladders.</summary>
    [Section("Strike ladders: the chance to end above a strike must not rise with it.")]
    public EdgeSettings Ladder { get; init; } = new() { MinEdge = "0.005", MaxShares = "200", CoolDownMs = 2_000 };

    /// <summary>Equal questions at two venues.</summary>
    [Section("Equal questions at two venues, only where they settle alike.")]
    public EdgeSettings CrossVenue { get; init; } = new() { MinEdge = "0.01", MaxShares = "200", CoolDownMs = 2_000 };

    /// <summary>Limits that all strategies share.</summary>
    [Section("Limits that all strategies share; they hold over restarts, days are UTC.")]
    public RiskSettings Risk { get; init; } = new();

    /// <summary>The paper executor.</summary>
    [Section("The paper executor.")]
    public PaperSettings Paper { get; init; } = new();
}

/// <summary>One strategy's parameters.</summary>
internal sealed record EdgeSettings
{
    /// <summary>Whether it runs.</summary>
    [Key(KeyKind.Flag, "Whether the strategy runs.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Least profit.</summary>
    [Key(KeyKind.Amount, "Least profit for one share after all fees.", Unit = "USD", Decimals = 6)]
    public string MinEdge { get; init; } = "0.005";

    /// <summary>Largest size.</summary>
    [Key(KeyKind.Amount, "Most shares of each leg.", Unit = "shares", Decimals = 6)]
    public string MaxShares { get; init; } = "200";

    /// <summary>Pause of a market.</summary>
    [Key(KeyKind.Whole, "How long a market that has given a signal gives no other.", Unit = "ms", Max = 3_600_000)]
    public int CoolDownMs { get; init; } = 2_000;
}

/// <summary>Risk limits.</summary>
internal sealed record RiskSettings
{
    /// <summary>In one market.</summary>
    [Key(KeyKind.Amount, "Most that open plans may have at stake in one market.", Unit = "USD", Decimals = 6)]
    public string MaxMarketExposureUsd { get; init; } = "50";

    /// <summary>Together.</summary>
    [Key(KeyKind.Amount, "Most that open plans may have at stake together.", Unit = "USD", Decimals = 6)]
    public string MaxTotalExposureUsd { get; init; } = "200";

    /// <summary>Orders in a second.</summary>
    [Key(KeyKind.Whole, "Most orders in any second.", Unit = "per second", Min = 1, Max = 1_000)]
    public int MaxOrdersPerSecond { get; init; } = 10;

    /// <summary>Kept for exits.</summary>
    [Key(KeyKind.Whole, "How many of these are kept for legs without a counterpart.", Unit = "per second", Max = 999)]
    public int ExitReservePerSecond { get; init; } = 4;

    /// <summary>Worth of a day.</summary>
    [Key(KeyKind.Amount, "Most worth of orders that increase exposure, on one day.", Unit = "USD", Decimals = 6)]
    public string MaxNotionalPerDayUsd { get; init; } = "20000";

    /// <summary>Loss of a day.</summary>
    [Key(KeyKind.Amount, "Most that may be lost on one day.", Unit = "USD", Decimals = 6)]
    public string MaxDailyLossUsd { get; init; } = "100";

    /// <summary>Losses in a row.</summary>
    [Key(KeyKind.Whole, "Losing plans in a row after which nothing new is begun until somebody clears it.",
        Unit = "plans", Min = 1, Max = 1_000)]
    public int MaxConsecutiveLosses { get; init; } = 3;

    /// <summary>Plans of a day.</summary>
    [Key(KeyKind.Whole, "Most plans on one day.", Unit = "plans", Min = 1, Max = 1_000_000)]
    public int MaxTradesPerDay { get; init; } = 500;

    /// <summary>Loss of a plan.</summary>
    [Key(KeyKind.Amount, "Most that one plan may lose in the worst case.", Unit = "USD", Decimals = 6)]
    public string MaxPlanLossUsd { get; init; } = "25";

    /// <summary>Money of a plan.</summary>
    [Key(KeyKind.Amount, "Most that one plan may spend; larger signals are made smaller.", Unit = "USD", Decimals = 6)]
    public string StakePerTradeUsd { get; init; } = "25";
}

/// <summary>The paper executor.</summary>
internal sealed record PaperSettings
{
    /// <summary>Which fee is charged.</summary>
    [Key(KeyKind.Choice, "Fee: the venue's own curve, or a flat 2 % of the worth.", Choices = ["venue", "flat"])]
    public string Fee { get; init; } = "venue";

    /// <summary>When a fill is money.</summary>
    [Key(KeyKind.Whole, "How long a fill stays unconfirmed.", Unit = "ms", Max = 600_000)]
    public int ConfirmMs { get; init; } = 2_000;

    /// <summary>When a split or merge is done.</summary>
    [Key(KeyKind.Whole, "How long a split or merge takes, as the chain's next blocks do.", Unit = "ms", Max = 600_000)]
    public int ConvertMs { get; init; } = 3_000;

    /// <summary>Fills that are undone.</summary>
    [Key(KeyKind.Whole, "How many fills of a million are undone after they were told, as a venue's can be.",
        Unit = "ppm", Max = 1_000_000)]
    public int GhostPpm { get; init; } = 1_000;
}
