using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>The limits that all strategies share. Money in millionths of a dollar. Their defaults are those of the
/// configuration.</summary>
/// <remarks>Immutable: any thread. They are hard: what would pass one is refused before it is sent, and every order
/// whose fate is unknown counts as filled.</remarks>
public sealed record RiskLimits
{
    /// <summary>Most that open plans may have at stake in one market.</summary>
    public long MaxMarketExposureMicros { get; init; } = 50 * Micros.One;

    /// <summary>Most that open plans may have at stake together.</summary>
    public long MaxTotalExposureMicros { get; init; } = 200 * Micros.One;

    /// <summary>Most orders in any second.</summary>
    public int MaxOrdersPerSecond { get; init; } = 10;

    /// <summary>How many of these are kept for sales and purchases of legs without a counterpart.</summary>
    public int ExitReservePerSecond { get; init; } = 4;

    /// <summary>Most worth of orders that increase exposure, on one UTC day.</summary>
    public long MaxNotionalPerDayMicros { get; init; } = 20_000 * Micros.One;

    /// <summary>Most that may be lost on one UTC day: <c>max_daily_loss_usd</c>. What open plans can still lose is
    /// counted as lost.</summary>
    public long MaxDailyLossMicros { get; init; } = 100 * Micros.One;

    /// <summary>Losing plans in a row after which nothing new is begun until somebody clears it.</summary>
    public int MaxConsecutiveLosses { get; init; } = 3;

    /// <summary>Most plans on one UTC day: <c>max_trades_per_day</c>.</summary>
    public int MaxTradesPerDay { get; init; } = 500;

    /// <summary>Most that one plan may lose in the worst case.</summary>
    public long MaxPlanLossMicros { get; init; } = 25 * Micros.One;

    /// <summary>Most that one plan may spend: <c>stake_per_trade_usd</c>. Larger signals are made smaller.</summary>
    public long MaxPlanSpendMicros { get; init; } = 25 * Micros.One;
}
