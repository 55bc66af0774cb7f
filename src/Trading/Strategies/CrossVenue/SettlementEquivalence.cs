using System.Collections.Immutable;
using System.Globalization;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>One way in which two markets do not settle alike.</summary>
/// <param name="Code">Stable code: <c>NO_PRICE</c>, <c>ASSET</c>, <c>ORACLE</c>, <c>STATISTIC</c>, <c>WINDOW</c>,
/// <c>STRIKE</c>, <c>TIE_RULE</c>, <c>FEES</c>.</param>
/// <param name="Detail">What each venue says, in words.</param>
public readonly record struct SettlementDifference(string Code, string Detail);

/// <summary>Whether two markets pay the same in every case, and if not, exactly why.</summary>
/// <remarks>Immutable: any thread. What is not known counts as different: a pair is equivalent only where everything
/// that the outcome depends on is said and the same.</remarks>
public sealed record SettlementEquivalence
{
    private SettlementEquivalence(ImmutableArray<SettlementDifference> differences)
    {
        Differences = differences;
        InWords = differences.IsEmpty
            ? "the same question"
            : string.Join("; ", differences.Select(one => $"{one.Code}: {one.Detail}"));
    }

    /// <summary>Every difference; empty for an equivalent pair.</summary>
    public ImmutableArray<SettlementDifference> Differences { get; }

    /// <summary>All of it on one line.</summary>
    public string InWords { get; }

    /// <summary>True where there is no difference.</summary>
    public bool IsEquivalent => Differences.IsEmpty;

    /// <summary>Compares two markets.</summary>
    public static SettlementEquivalence Check(OutcomeMarket a, OutcomeMarket b)
    {
        var found = ImmutableArray.CreateBuilder<SettlementDifference>();
        if (a.Price is not { } here || b.Price is not { } there)
        {
            found.Add(new SettlementDifference("NO_PRICE", "a market's outcome is not a price"));
            return new SettlementEquivalence(found.ToImmutable());
        }

        void Compare(string code, string one, string other)
        {
            if (one.Length == 0 || !one.Equals(other, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(new SettlementDifference(
                    code, $"{Said(one)} at {a.Venue.Name()}, {Said(other)} at {b.Venue.Name()}"));
            }
        }

        Compare("ASSET", here.Asset, there.Asset);
        Compare("ORACLE", here.Oracle, there.Oracle);
        Compare("STATISTIC", here.Statistic, there.Statistic);
        Compare("WINDOW", Window(here), Window(there));
        if (!HaveOneStrike(here, there))
        {
            found.Add(new SettlementDifference(
                "STRIKE", $"{Strike(here)} at {a.Venue.Name()}, {Strike(there)} at {b.Venue.Name()}"));
        }

        Compare("TIE_RULE", Tie(here), Tie(there));
        CheckFee(a, found);
        CheckFee(b, found);
        return new SettlementEquivalence(found.ToImmutable());
    }

    // The start counts only where the strike is taken at it.
    private static string Window(PriceQuestion question) => question.OpensAtStrike
        ? $"from {At(question.StartNanos)} to {At(question.EndNanos)}"
        : $"at {At(question.EndNanos)}";

    private static bool HaveOneStrike(PriceQuestion a, PriceQuestion b) =>
        a.StrikeE8 is { } strike && b.StrikeE8 is { } other
            ? strike == other
            : a.StrikeE8 is null && b.StrikeE8 is null && a.OpensAtStrike && b.OpensAtStrike;

    private static string Strike(PriceQuestion question) => question.StrikeE8 is { } strike
        ? DecimalText.ToShortText(strike, 8)
        : question.OpensAtStrike ? "the price at the start, not known yet" : "not known yet";

    private static string Tie(PriceQuestion question) => question.TieIsYes ? "YES at the strike" : "NO at the strike";

    private static string Said(string text) => text.Length == 0 ? "nothing said" : text;

    private static string At(long nanos) => DateTimeOffset.FromUnixTimeMilliseconds(Stamps.ToMillis(nanos))
        .ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static void CheckFee(OutcomeMarket market, ImmutableArray<SettlementDifference>.Builder found)
    {
        if (!SetWalk.Understands(market.Rules.Fee))
        {
            found.Add(new SettlementDifference("FEES", $"the fee at {market.Venue.Name()} is not known"));
        }
    }
}

/// <summary>Two markets at two venues that ask about one asset at one moment, and whether they settle alike.</summary>
/// <param name="First">A market.</param>
/// <param name="Second">A market at another venue.</param>
/// <param name="Equivalence">The verdict.</param>
public sealed record PairVerdict(OutcomeMarket First, OutcomeMarket Second, SettlementEquivalence Equivalence);
