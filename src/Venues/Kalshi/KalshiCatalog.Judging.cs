using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>From the venue's description to a market of this program, or to an alert.</summary>
internal sealed partial class KalshiCatalog
{
    private const string Oracle = "cfbenchmarks";
    private const string Statistic = "mean60";

    // Of these types a market says which side of one price decides it; the others are read, and no price question.
    private static readonly string[] OtherStrikeTypes =
        ["", "less", "less_or_equal", "between", "functional", "custom", "structured"];

    private void Judge(Entry entry, long nanos)
    {
        var listing = entry.Listing;
        if (!_events.TryGetValue(listing.EventTicker, out var of) || !_series.TryGetValue(of.Series, out var series))
        {
            return;
        }

        if (Misunderstood(listing, of, series) is var (code, detail))
        {
            Alert(entry, code, detail, nanos);
            return;
        }

        var fee = KalshiTerms.Fee(
            of.FeeType ?? series.FeeType, of.MultiplierPpm ?? series.MultiplierPpm, options.OrderFeeGrainMicros)!.Value;
        var market = new OutcomeMarket
        {
            Venue = Venue.Kalshi,
            MarketId = listing.Ticker,
            Slug = listing.Ticker,
            Question = listing.Title,
            Yes = KalshiNames.Yes(listing.Ticker),
            No = KalshiNames.No(listing.Ticker),
            Rules = KalshiTerms.Rules(listing.Bands, fee),
            Phase = PhaseOf(listing, nanos),
            EventId = listing.EventTicker,
            IsExclusive = of.IsExclusive,

            // The venue says that at most one market of the event wins, not that one of those listed must.
            IsAugmented = of.IsExclusive,
            EventMarkets = CountOf(listing.EventTicker),
            Price = QuestionOf(listing, of, series),
            OpensNanos = listing.OpensNanos,
            ClosesNanos = listing.ClosesNanos,
            YesPaysPpm = listing.Verdict == KalshiVerdict.Final ? listing.PaysPpm : null,
        };
        Tell(entry, market, nanos);
    }

    private void Tell(Entry entry, OutcomeMarket market, long nanos)
    {
        entry.Alert = null;
        if (market.Phase == MarketPhase.Resolved && entry.ResolvedNanos == 0)
        {
            entry.ResolvedNanos = nanos;
        }

        if (entry.Told is { } told && KalshiTerms.AreSame(told, market))
        {
            return;
        }

        if (entry.Rules is { } rules && !rules.Bands.AsSpan().SequenceEqual(market.Rules.Bands.AsSpan())
            && table.Find(market.MarketId) is { } book)
        {
            // Another tick is another book: what is known of the old one is dropped before anybody sees the new rules.
            books.Drop(book, BookProof.AwaitingSnapshot, nanos);
        }

        if (market.Phase is MarketPhase.Closed or MarketPhase.Resolved && table.Find(market.MarketId) is { } over)
        {
            books.Drop(over, BookProof.Disconnected, nanos);
        }

        entry.Told = market;
        entry.Rules = market.Rules;
        sink.OnMarket(market, nanos);
    }

    private static (string Code, string Detail)? Misunderstood(
        KalshiListing listing, EventTerms of, SeriesTerms series)
    {
        if (listing.Puzzle is { } puzzle)
        {
            return puzzle;
        }

        if (listing.Verdict == KalshiVerdict.Unknown)
        {
            return ("UNKNOWN_ENUM", $"status {Quoted(listing.Status)} of a market");
        }

        if (listing.Kind != "binary")
        {
            return ("UNKNOWN_ENUM", $"market_type {Quoted(listing.Kind)} of a market");
        }

        if (listing.StrikeType is not ("greater" or "greater_or_equal")
            && !OtherStrikeTypes.Contains(listing.StrikeType))
        {
            return ("UNKNOWN_ENUM", $"strike_type {Quoted(listing.StrikeType)} of a market");
        }

        if (!listing.PaysOneDollar)
        {
            return ("UNKNOWN_FIELD", "notional_value_dollars of a market is not one dollar");
        }

        if (listing.Bands.IsDefault)
        {
            return ("UNKNOWN_TICK", "price_ranges of a market are absent or make no sense");
        }

        var type = of.FeeType ?? series.FeeType;
        var multiplier = of.MultiplierPpm ?? series.MultiplierPpm;
        if (multiplier < 0 || KalshiTerms.Fee(type, multiplier, 1) is null)
        {
            var times = multiplier < 0 ? "?" : Micros.ToText(multiplier);
            return ("UNKNOWN_FEE", $"fee_type {Quoted(type)} with multiplier {times}");
        }

        return listing.Verdict >= KalshiVerdict.Provisional && listing.Status != "disputed" && listing.PaysPpm is null
            ? ("UNKNOWN_ENUM", $"result {Quoted(listing.Result)} of a decided market, or its settlement value")
            : null;
    }

    private MarketPhase PhaseOf(KalshiListing listing, long nanos) => listing.Status switch
    {
        "initialized" => MarketPhase.Hydrating,
        "active" when listing.ClosesNanos != 0 && nanos >= listing.ClosesNanos => MarketPhase.Closed,
        "active" => !_isActive ? MarketPhase.Paused
            : _isTrading && !_isMaintenance ? MarketPhase.Open
            : MarketPhase.CancelOnly,
        "inactive" => listing.ClosesNanos != 0 && nanos >= listing.ClosesNanos
            ? MarketPhase.Closed
            : MarketPhase.Paused,
        "closed" => MarketPhase.Closed,

        // Until the result is final it may be changed, and nothing is paid.
        _ => listing.Verdict == KalshiVerdict.Final ? MarketPhase.Resolved : MarketPhase.Closed,
    };

    private PriceQuestion? QuestionOf(KalshiListing listing, EventTerms of, SeriesTerms series)
    {
        var watched = _watched.GetValueOrDefault(of.Series) ?? KalshiSeries.Of(of.Series);
        if (watched.Asset is not { } asset || listing.StrikeType is not ("greater" or "greater_or_equal")
            || !(of.ByIndex || series.ByIndex || NamesIndex(listing.RulesText)))
        {
            return null;
        }

        return new PriceQuestion(
            asset,
            Oracle,
            Statistic,
            listing.FloorE8 is > 0 ? listing.FloorE8 : null,
            watched.OpensAtStrike,
            TieIsYes: listing.StrikeType == "greater_or_equal",
            StartNanos: watched.OpensAtStrike ? listing.OpensNanos : 0,
            EndNanos: listing.ClosesNanos);
    }

    private int CountOf(string eventTicker)
    {
        var count = 0;
        foreach (var entry in _markets.Values)
        {
            count += entry.Listing.EventTicker == eventTicker ? 1 : 0;
        }

        return count;
    }
}
