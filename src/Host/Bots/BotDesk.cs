using System.Text;
using Strikeline.Host.Web;
using Strikeline.Host.Web.Bots;
using Strikeline.Kernel;
using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Host.Bots;

/// <summary>Says what the bots see, hold and do, in the words of the API.</summary>
/// <remarks>Any thread.</remarks>
/// <param name="trading">The bots.</param>
/// <param name="clock">The time of the data.</param>
/// <param name="source">Where the data come from, as in answers.</param>
internal sealed class BotDesk(OpenTrading trading, TimeProvider clock, string source) : IBotDesk
{
    private const int ShownMarkets = 80;
    private const int ShownRows = 100;
    private const int ShownPlans = 50;
    private const int ExportedRows = 1_000;
    private const int ExportedEntries = 100_000;

    private static readonly TimeSpan MostClockOffset = TimeSpan.FromMilliseconds(500);

    private IOutcomeFeeds? _feeds;

    /// <inheritdoc/>
    public bool MayTrade => trading.Desk.IsReady;

    /// <inheritdoc/>
    public StopRow StopState
    {
        get
        {
            var state = trading.Stop.State;
            return state.IsStopped
                ? new StopRow(true, state.Count, state.ScopeName, state.AtMillis, state.By, state.Reason)
                : new StopRow(false, state.Count, null, null, null, null);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Problems => trading.Problems;

    private long NowNanos => clock.UnixNanos();

    /// <summary>The feeds have begun: from now on a venue without a proven book is why nothing is traded on
    /// it.</summary>
    public void Attach(IOutcomeFeeds feeds)
    {
        foreach (var venue in feeds.Venues)
        {
            trading.Readiness.AddFeed(venue, () =>
            {
                var reports = feeds.Report(venue);
                return (reports.Count(report => report.Proven), reports.Count);
            });
            trading.Readiness.AddClock(venue, () => trading.Clocks.OffsetFor(venue), MostClockOffset);
        }

        Volatile.Write(ref _feeds, feeds);
    }

    /// <inheritdoc/>
    public StopAnswer Stop(bool haltAll, string by, string reason)
    {
        trading.Stop.Set(haltAll ? StopScope.HaltAll : StopScope.NewExposure, by, reason);
        if (by == "signal")
        {
            _ = trading.Desk.CancelAllAsync();
        }

        return Answer();
    }

    /// <inheritdoc/>
    public NotCleared? Resume(string by, long? count) => trading.Stop.Clear(by, count);

    /// <inheritdoc/>
    public int ForceExit(string? marketId) => trading.Desk.ForceExit(marketId);

    /// <inheritdoc/>
    public PredictionsAnswer Predictions()
    {
        var now = NowNanos;
        var book = new BookCopy();
        var told = trading.Cache.Alerts();
        var alerts = told.ToLookup(alert => (alert.Venue, alert.MarketId));
        var rows = trading.Cache.Markets()
            .Where(market => market.Phase is not MarketPhase.Resolved)
            .OrderBy(market => market.ClosesNanos == 0 ? long.MaxValue : market.ClosesNanos)
            .ThenBy(market => market.MarketId, StringComparer.Ordinal)
            .Take(ShownMarkets)
            .Select(market => Row(market, alerts[(market.Venue, market.MarketId)].FirstOrDefault(), book, now));
        return new PredictionsAnswer(
            Stamps.ToMillis(now), source, [.. VenueRows(now)], [.. rows],
            [.. told.Take(ShownRows).Select(alert => new AlertRow(
                alert.Venue.Name(), alert.MarketId, alert.Code, alert.Detail))]);
    }

    /// <inheritdoc/>
    public OpportunitiesAnswer Opportunities()
    {
        var counts = trading.Opportunities.Counts();
        var totals = counts.Where(row => row.Reason.Length == 0).ToList();
        var reasons = counts.Where(row => row.Reason.Length > 0)
            .GroupBy(row => row.Reason, StringComparer.Ordinal)
            .Select(group => new ReasonRow(group.Key, group.Sum(row => row.Taken + row.Refused)))
            .OrderByDescending(row => row.Count);
        var (taken, refused) = (totals.Sum(row => row.Taken), totals.Sum(row => row.Refused));
        return new OpportunitiesAnswer(
            Stamps.ToMillis(NowNanos), taken + refused, taken, refused, [.. reasons], OpportunityRows(ShownRows));
    }

    /// <inheritdoc/>
    public IReadOnlyList<OpportunityRow> OpportunityRows(int limit) =>
        [.. trading.Opportunities.Newest(limit).Select(BotRows.Row)];

    /// <inheritdoc/>
    public string OpportunitiesCsv()
    {
        var text = new StringBuilder(OpportunityText.CsvHeader).Append('\n');
        foreach (var opportunity in trading.Opportunities.Newest(ExportedRows))
        {
            text.Append(OpportunityText.CsvRow(opportunity)).Append('\n');
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public PortfolioAnswer Portfolio()
    {
        var now = NowNanos;
        var blockers = trading.Desk.Blockers();
        var snapshot = trading.Desk.Portfolio(trading.Cache);
        return new PortfolioAnswer(
            Stamps.ToMillis(now),
            "paper",
            trading.Desk.IsReady,
            [.. blockers.Select(one => new BlockRow(
                one.Code, $"{one.Who}: {one.Detail}", Stamps.ToMillis(one.SinceNanos), one.Fix))],
            StopState,
            BotRows.Limits(trading.Risk.Limits, snapshot),
            Micros.ToText(snapshot.RealisedMicros),
            Micros.ToText(snapshot.UnrealisedMicros),
            snapshot.Markets.Sum(market => market.Lines.Count(line => line.UnrealisedMicros is null)),
            Micros.ToText(snapshot.FeesMicros),
            Micros.ToText(snapshot.AtStakeMicros),
            [.. snapshot.Markets.SelectMany(market => BotRows.Positions(
                market, trading.Cache.Market(market.Venue, market.MarketId)))],
            Plans());
    }

    /// <inheritdoc/>
    public async Task<string> PortfolioCsvAsync(CancellationToken cancel)
    {
        var text = new StringBuilder(PortfolioCsv.Header).Append('\n');
        foreach (var entry in await trading.Store.EntriesAsync(PortfolioPage.Newest(ExportedEntries), cancel))
        {
            text.Append(PortfolioCsv.Row(entry)).Append('\n');
        }

        return text.ToString();
    }

    private IReadOnlyList<PlanRow> Plans()
    {
        lock (trading.Journal.Gate)
        {
            var state = trading.Journal.State;
            return
            [
                .. state.Plans.OrderByDescending(plan => plan.Plan.Id).Take(ShownPlans).Select(BotRows.Row),
                .. state.Recent.OrderByDescending(plan => plan.Id).Take(ShownPlans).Select(BotRows.Row),
            ];
        }
    }

    private StopAnswer Answer()
    {
        var state = StopState;
        return new StopAnswer(state.Stopped, state.Count, state.Since, state.Scope);
    }

    private IEnumerable<PredictionVenueRow> VenueRows(long now)
    {
        if (Volatile.Read(ref _feeds) is not { } feeds)
        {
            yield break;
        }

        var markets = trading.Cache.Markets();
        foreach (var venue in feeds.Venues)
        {
            var reports = feeds.Report(venue);
            // A market that takes no orders may have no book at all: that says nothing about the feed.
            var open = reports.Where(report => report.Proven
                || trading.Cache.Market(venue, report.MarketId) is not { Phase: not MarketPhase.Open }).ToList();
            var worst = open.Find(report => report.State != FeedState.Live);
            var newest = reports.Count == 0 ? 0 : reports.Max(report => report.LastChangeNanos);
            var proven = reports.Count(report => report.Proven);
            var trouble = feeds.Trouble(venue);
            yield return new PredictionVenueRow(
                venue.Name(),
                reports.Count == 0 ? "connecting" : proven == 0 ? "down" : proven < open.Count ? "syncing" : "live",
                trouble ?? worst?.Reason,
                trouble is null ? worst?.NextStep : null,
                markets.Count(market => market.Venue == venue),
                reports.Count,
                proven,
                newest == 0 ? null : Math.Max(0, (now - newest) / Stamps.NanosPerMilli),
                reports.Count == 0 ? 0 : reports.Max(report => report.Reconnects));
        }
    }

    private PredictionRow Row(OutcomeMarket market, MarketAlert alert, BookCopy book, long now)
    {
        var yes = Outcome(market, market.Yes, book, now);
        var no = Outcome(market, market.No, book, now);
        return new PredictionRow(
            market.Venue.Name(),
            market.MarketId,
            market.Question,
            BotRows.Word(market.Phase),
            market.ClosesNanos == 0 ? null : Stamps.ToMillis(market.ClosesNanos),
            market.Price?.StrikeE8 is { } strike ? DecimalText.ToShortText(strike, 8) : null,
            alert.Code is { Length: > 0 } code ? code : null,
            yes.Row,
            no.Row,
            yes.Ask is { } yesAsk && no.Ask is { } noAsk ? Micros.ToText(yesAsk + noAsk) : null,
            yes.Bid is { } yesBid && no.Bid is { } noBid ? Micros.ToText(yesBid + noBid) : null);
    }

    private (OutcomeRow Row, long? Bid, long? Ask) Outcome(
        OutcomeMarket market, MarketKey token, BookCopy book, long now)
    {
        var isThere = trading.Cache.TryRead(token, book, now);
        Level? bid = isThere && book.Bids.Length > 0 ? book.Bids[0] : null;
        Level? ask = isThere && book.Asks.Length > 0 ? book.Asks[0] : null;
        var refusal = isThere ? book.Refusal : BookRefusal.Unknown;
        var row = new OutcomeRow(
            token.TokenId,
            BotRows.Outcome(market, token),
            bid is { } best ? Micros.ToText(best.Price) : null,
            bid is { } bidder ? Micros.ToText(bidder.Quantity) : null,
            ask is { } offer ? Micros.ToText(offer.Price) : null,
            ask is { } seller ? Micros.ToText(seller.Quantity) : null,
            !isThere || book.ReceivedNanos == 0 || refusal == BookRefusal.Unknown ? "waiting"
                : !book.IsProven ? "unproven"
                : refusal == BookRefusal.Stale ? "stale"
                : "proven",
            BotRows.Reason(refusal),
            !isThere || book.ReceivedNanos == 0
                ? null
                : Math.Max(0, (now - book.ReceivedNanos) / Stamps.NanosPerMilli));
        return (row, bid?.Price, ask?.Price);
    }
}
