using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>
/// Makes a market's fee of what Gamma and the CLOB say of it. Nothing is free because something is missing: that there
/// is no fee has to be said, and where both speak of it they have to agree.
/// </summary>
internal static class FeeRules
{
    private const string Unknown = "UNKNOWN_FEE";
    private const string Mismatch = "FEE_MISMATCH";

    /// <summary>Reads a market's fee.</summary>
    /// <param name="draft">What Gamma says.</param>
    /// <param name="terms">What the CLOB says; null before it has.</param>
    /// <param name="fee">The fee.</param>
    /// <param name="problem">Why there is none; null where the CLOB has yet to be heard.</param>
    /// <returns>True where the fee is known.</returns>
    public static bool TryRead(
        MarketDraft draft, ClobTerms? terms, out FeeCurve fee, out (string Code, string Detail)? problem)
    {
        fee = default;
        problem = null;
        if (Problem(draft, terms) is { } found)
        {
            problem = (found.Code, $"{found.Detail} on {draft.Slug}");
            return false;
        }

        if ((terms?.Fee ?? draft.Fee) is { } said)
        {
            // Five decimals; the rebate is paid once a day from a common pot, so no fill may count on it.
            const long Grain = 10;
            fee = said.RatePpm == 0
                ? default
                : new FeeCurve(FeeKind.Curve, said.RatePpm, said.Exponent, 0, Grain, Grain);
            return true;
        }

        return IsSaidFree(draft, terms);
    }

    private static (string Code, string Detail)? Problem(MarketDraft draft, ClobTerms? terms)
    {
        if ((Fault(terms?.Fee, "the CLOB") ?? Fault(draft.Fee, "Gamma")) is { } fault)
        {
            return (Unknown, fault);
        }

        if ((terms?.Fee ?? draft.Fee) is not { } said)
        {
            return terms is null || IsSaidFree(draft, terms) ? null : (Unknown, "fees without a schedule");
        }

        if (draft.Fee is { } other && terms is not null && !Agree(terms.Fee ?? default, other))
        {
            return (Mismatch, $"the CLOB says {Words(terms.Fee ?? default)}, Gamma {Words(other)}");
        }

        if (draft.FeesEnabled is { } enabled && enabled != (said.RatePpm != 0))
        {
            return (Mismatch, $"Gamma says that fees are {(enabled ? "on" : "off")}, and the rate is {Words(said)}");
        }

        return said.RatePpm == 0 && HasBaseFee(draft, terms) ? (Unknown, "a base fee and a rate of zero") : null;
    }

    private static string? Fault(FeeTerms? fee, string who) => fee switch
    {
        null or { RatePpm: 0 } => null,
        { RatePpm: < 0 or > Micros.One } => $"no rate that can be read from {who}",
        { Exponent: not (1 or 2) } or { TakerOnly: false } =>
            $"{Words(fee.Value)}, taker only {fee.Value.TakerOnly} from {who}",
        _ => null,
    };

    private static bool Agree(FeeTerms one, FeeTerms other) =>
        one.RatePpm == other.RatePpm && (one.RatePpm == 0 || one.Exponent == other.Exponent);

    // A base fee is the most that may be charged, in hundredths of a percent: what is charged the schedule says.
    private static bool HasBaseFee(MarketDraft draft, ClobTerms? terms) =>
        terms?.TakerBaseFee is not (null or 0) || draft.TakerBaseFee is not (null or 0);

    private static bool IsSaidFree(MarketDraft draft, ClobTerms? terms) =>
        draft is { FeesEnabled: not true, FeeType: "" } && !HasBaseFee(draft, terms)
        && (draft.FeesEnabled is false || terms?.TakerBaseFee is 0);

    private static string Words(FeeTerms fee) => $"{Micros.ToText(fee.RatePpm)}, exponent {fee.Exponent}";
}
