using System.Text;
using Strikeline.Host.Configuration;
using Strikeline.Kernel;
using Strikeline.Trading;
using Strikeline.Venues;
using Paper = Strikeline.Trading.PaperSettings;

namespace Strikeline.Host.Bots;

/// <summary>What the configuration makes of the bots.</summary>
internal static class TradingPlan
{
    /// <summary>The strategies that run.</summary>
    public static IReadOnlyList<IStrategy> Strategies(TradingSettings settings)
    {
        var running = new List<IStrategy>();
        if (settings.CrossOutcome is { Enabled: true } outcome)
        {
            running.Add(new CrossOutcomeArbitrage(new CrossOutcomeOptions
            {
                MinEdgePpm = Of(outcome.MinEdge), MaxSizeMicro = Of(outcome.MaxShares), CoolDown = Pause(outcome),
            }));
        }

        if (settings.NegativeRisk is { Enabled: true } risk)
        {
            running.Add(new NegativeRiskArbitrage(new NegativeRiskOptions
            {
                MinEdgePpm = Of(risk.MinEdge), MaxSizeMicro = Of(risk.MaxShares), CoolDown = Pause(risk),
            }));
        }

        if (settings.Ladder is { Enabled: true } ladder)
        {
            running.Add(new LadderConsistency(new LadderOptions
            {
                MinEdgePpm = Of(ladder.MinEdge), MaxSizeMicro = Of(ladder.MaxShares), CoolDown = Pause(ladder),
            }));
        }

        if (settings.CrossVenue is { Enabled: true } venue)
        {
            running.Add(new CrossVenueArbitrage(new CrossVenueOptions
            {
                MinEdgePpm = Of(venue.MinEdge), MaxSizeMicro = Of(venue.MaxShares), CoolDown = Pause(venue),
            }));
        }

        return running;
    }

    /// <summary>The limits that all of them share.</summary>
    public static RiskLimits Limits(RiskSettings risk) => new()
    {
        MaxMarketExposureMicros = Of(risk.MaxMarketExposureUsd),
        MaxTotalExposureMicros = Of(risk.MaxTotalExposureUsd),
        MaxOrdersPerSecond = risk.MaxOrdersPerSecond,
        ExitReservePerSecond = risk.ExitReservePerSecond,
        MaxNotionalPerDayMicros = Of(risk.MaxNotionalPerDayUsd),
        MaxDailyLossMicros = Of(risk.MaxDailyLossUsd),
        MaxConsecutiveLosses = risk.MaxConsecutiveLosses,
        MaxTradesPerDay = risk.MaxTradesPerDay,
        MaxPlanLossMicros = Of(risk.MaxPlanLossUsd),
        MaxPlanSpendMicros = Of(risk.StakePerTradeUsd),
    };

    /// <summary>How the paper venues behave.</summary>
    public static Paper Paper(Configuration.PaperSettings settings) => new()
    {
        ConfirmAfter = TimeSpan.FromMilliseconds(settings.ConfirmMs),
        ConvertAfter = TimeSpan.FromMilliseconds(settings.ConvertMs),
        GhostPpm = settings.GhostPpm,
    };

    /// <summary>The fee that counts instead of every market's own; null for the markets' own.</summary>
    public static FeeCurve? Fee(Configuration.PaperSettings settings) =>
        settings.Fee == "flat" ? FeeCurve.FlatTwoPercent : null;

    // Decimal text of the configuration, which has been checked.
    private static long Of(string amount) =>
        DecimalText.TryParse(Encoding.ASCII.GetBytes(amount), Micros.Decimals, out var micros)
            ? micros
            : throw new FormatException($"'{amount}' is no amount");

    private static TimeSpan Pause(EdgeSettings edge) => TimeSpan.FromMilliseconds(edge.CoolDownMs);
}
