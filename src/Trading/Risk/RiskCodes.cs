namespace Strikeline.Trading;

/// <summary>Stable codes of what the risk check refuses.</summary>
public static class RiskCodes
{
    /// <summary>The emergency stop holds.</summary>
    public const string Stopped = "EMERGENCY_STOP";

    /// <summary>A check threw, which set the stop.</summary>
    public const string Failed = "RISK_CHECK_FAILED";

    /// <summary>The journal takes nothing.</summary>
    public const string Journal = "JOURNAL";

    /// <summary>The market already has a plan under way.</summary>
    public const string PlanInMarket = "PLAN_IN_MARKET";

    /// <summary>An order of the instrument has an unknown fate.</summary>
    public const string Frozen = "INSTRUMENT_FROZEN";

    /// <summary>Exposure of a market.</summary>
    public const string MarketExposure = "LIMIT_MARKET_EXPOSURE";

    /// <summary>Exposure in total.</summary>
    public const string TotalExposure = "LIMIT_TOTAL_EXPOSURE";

    /// <summary>Orders in a second.</summary>
    public const string OrderRate = "LIMIT_ORDER_RATE";

    /// <summary>Worth of a day's orders.</summary>
    public const string DayNotional = "LIMIT_DAY_NOTIONAL";

    /// <summary>Loss of a day.</summary>
    public const string DayLoss = "LIMIT_DAY_LOSS";

    /// <summary>Losses in a row.</summary>
    public const string LossStreak = "LIMIT_CONSECUTIVE_LOSSES";

    /// <summary>Plans of a day.</summary>
    public const string DayTrades = "LIMIT_TRADES_PER_DAY";

    /// <summary>What a plan can lose.</summary>
    public const string PlanLoss = "LIMIT_PLAN_LOSS";

    /// <summary>What a plan can spend.</summary>
    public const string PlanSpend = "LIMIT_PLAN_SPEND";

    /// <summary>An order is larger, dearer or of another kind than its plan allows.</summary>
    public const string ChildBeyondParent = "CHILD_BEYOND_PARENT";

    /// <summary>The plan is not open.</summary>
    public const string NoPlan = "NO_PLAN";
}
