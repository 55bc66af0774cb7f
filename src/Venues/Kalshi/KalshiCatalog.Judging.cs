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
        var phase = PhaseOf(listing, nanos);
        var isKnown = KnowsTerms(listing, out var of, out var series);
        if (!isKnown && !(phase == MarketPhase.Resolved && Held.Contains(listing.Ticker)))
        {
            return;
        }

        entry.Phase = phase;
        var puzzle = isKnown ? Misunderstood(listing, of, series) : null;
        var isClear = isKnown && puzzle is null;

        // What is over is traded no more: whatever else of it is not understood, its end is told, and what it pays.
        var isTold = phase is not null && (isClear || phase is MarketPhase.Closed or MarketPhase.Resolved)
            && Tell(entry, MarketOf(entry, of, series, isClear), isClear, nanos);
        if (puzzle is var (code, detail) && (isTold || entry.Alert != puzzle))
        {
            sink.OnAlert(new MarketAlert(Venue.Kalshi, listing.Ticker, code, detail), nanos);
        }

        entry.Alert = puzzle;
    }

    // Of what is not known, terms that nothing can be traded by.
    private bool KnowsTerms(KalshiListing listing, out EventTerms of, out SeriesTerms series)
    {
        var isEvent = _events.TryGetValue(listing.EventTicker, out var itsEvent);
        of = itsEvent ?? new EventTerms(
            KalshiNames.SeriesOf(listing.EventTicker), false, null, null, ByIndex: false, Strange: null, IsOld: true);
        var isSeries = _series.TryGetValue(of.Series, out var itsSeries);
        series = itsSeries ?? new SeriesTerms(string.Empty, -1, ByIndex: false, Strange: null);
        return isEvent && isSeries;
    }

    private OutcomeMarket MarketOf(Entry entry, EventTerms of, SeriesTerms series, bool isClear)
    {
        var (listing, phase) = (entry.Listing, entry.Phase!.Value);
        return new OutcomeMarket
        {
            Venue = Venue.Kalshi,
            MarketId = listing.Ticker,
            Slug = listing.Ticker,
            Question = listing.Title,
            Yes = KalshiNames.Yes(listing.Ticker),
            No = KalshiNames.No(listing.Ticker),
            Rules = isClear ? KalshiTerms.Rules(listing.Bands, FeeOf(of, series)!.Value)
                : entry.Told?.Rules ?? KalshiTerms.NoOrders,
            Phase = phase,
            EventId = listing.EventTicker,
            IsExclusive = of.IsExclusive,

            // The venue says that at most one market of the event wins, not that one of those listed must.
            IsAugmented = of.IsExclusive,
            EventMarkets = CountOf(listing.EventTicker),
            Price = QuestionOf(listing, of, series),
            OpensNanos = listing.OpensNanos,
            ClosesNanos = listing.ClosesNanos,
            YesPaysPpm = phase == MarketPhase.Resolved ? listing.PaysPpm : null,
        };
    }

    // True where the sink was told. What it knows already it is told again where that ends an alert, and where
    // something is held that this should have paid: an order's late answer may have brought it.
    private bool Tell(Entry entry, OutcomeMarket market, bool isClear, long nanos)
    {
        if (market.Phase == MarketPhase.Resolved && entry.ResolvedNanos == 0)
        {
            entry.ResolvedNanos = nanos;
        }

        var endsAlert = isClear && entry.Alert is not null;
        var isOwed = market.Phase == MarketPhase.Resolved && Held.Contains(market.MarketId);
        if (entry.Told is { } told && KalshiTerms.AreSame(told, market) && !endsAlert && !isOwed)
        {
            return false;
        }

        if (entry.Told is { } before && !before.Rules.Bands.AsSpan().SequenceEqual(market.Rules.Bands.AsSpan())
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
        sink.OnMarket(market, nanos);
        return true;
    }

    private FeeCurve? FeeOf(EventTerms of, SeriesTerms series)
    {
        var multiplier = of.MultiplierPpm ?? series.MultiplierPpm;
        return multiplier < 0
            ? null
            : KalshiTerms.Fee(of.FeeType ?? series.FeeType, multiplier, options.OrderFeeGrainMicros);
    }

    private (string Code, string Detail)? Misunderstood(KalshiListing listing, EventTerms of, SeriesTerms series)
    {
        if (listing.Puzzle is { } puzzle)
        {
            return puzzle;
        }

        if ((of.Strange ?? series.Strange) is { } field)
        {
            return ("UNKNOWN_FIELD", $"{field} of {(of.Strange is null ? "a series" : "an event")}");
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

        if (FeeOf(of, series) is null)
        {
            var multiplier = of.MultiplierPpm ?? series.MultiplierPpm;
            var times = multiplier < 0 ? "?" : Micros.ToText(multiplier);
            return ("UNKNOWN_FEE", $"fee_type {Quoted(of.FeeType ?? series.FeeType)} with multiplier {times}");
        }

        return listing.Verdict >= KalshiVerdict.Provisional && listing.Status != "disputed" && listing.PaysPpm is null
            ? ("UNKNOWN_ENUM", $"result {Quoted(listing.Result)} of a decided market, or its settlement value")
            : null;
    }

    // Null for a status that is unknown. Until a result is final it may be changed, and nothing is paid; one that is
    // not
    // understood, or of another amount than a dollar, pays nobody.
    private MarketPhase? PhaseOf(KalshiListing listing, long nanos) => listing.Verdict switch
    {
        KalshiVerdict.Unknown => null,
        KalshiVerdict.Provisional => MarketPhase.Closed,
        KalshiVerdict.Final => listing is { PaysPpm: not null, PaysOneDollar: true }
            ? MarketPhase.Resolved
            : MarketPhase.Closed,
        _ when listing.Status == "closed" => MarketPhase.Closed,
        _ when listing.Status == "initialized" => MarketPhase.Hydrating,
        _ when listing.ClosesNanos != 0 && nanos >= listing.ClosesNanos => MarketPhase.Closed,
        _ when listing.Status == "inactive" || !_isActive => MarketPhase.Paused,
        _ => _isTrading && !_isMaintenance ? MarketPhase.Open : MarketPhase.CancelOnly,
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
