using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>What there is to trade, and the life of every market: created, opened, closed, decided, paid.</summary>
/// <remarks>Under the floor's lock; looks at the clock once a second.</remarks>
internal sealed class KalshiCatalog
{
    private const int MarketsKept = 5_000;
    private const long KeptNanos = 24 * 60 * MinuteNanos;
    private const int LadderHalf = 5;
    private const long DeterminedAfterNanos = 3 * Stamps.NanosPerSecond;
    private const long PaidAfterNanos = 3 * Stamps.NanosPerSecond;
    private const long ContestedAfterNanos = Stamps.NanosPerSecond;
    private const long MinuteNanos = 60 * Stamps.NanosPerSecond;
    private const long LeadNanos = MinuteNanos;
    private const long YearNanos = 365L * 24 * 60 * MinuteNanos;

    private readonly KalshiExchange _exchange;
    private readonly IKalshiFeed _feed;
    private readonly List<KalshiEvent> _events = [];
    private readonly List<KalshiMarket> _markets = [];
    private readonly List<KalshiMarket> _living = [];
    private readonly Dictionary<string, KalshiMarket> _byTicker = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KalshiEvent> _eventByTicker = new(StringComparer.Ordinal);
    private readonly long _openedNanos;
    private long _lastEvent;
    private long _lastMarket;

    public KalshiCatalog(KalshiExchange exchange, IKalshiFeed feed, bool fiveMinutes, long nowNanos)
    {
        (_exchange, _feed, _openedNanos) = (exchange, feed, nowNanos);
        Series = KalshiSeries.All(fiveMinutes);
        Indices = [new KalshiIndex("BTC"), new KalshiIndex("ETH")];
    }

    public IReadOnlyList<KalshiSeries> Series { get; }

    public IReadOnlyList<KalshiIndex> Indices { get; }

    /// <summary>Events, oldest first.</summary>
    public IReadOnlyList<KalshiEvent> Events => _events;

    /// <summary>Markets, oldest first, those of the last day that are over among them.</summary>
    public IReadOnlyList<KalshiMarket> Markets => _markets;

    /// <summary>Markets that are not paid yet, oldest first.</summary>
    public IReadOnlyList<KalshiMarket> Living => _living;

    public KalshiMarket? Market(string? ticker) => ticker is null ? null : _byTicker.GetValueOrDefault(ticker);

    /// <summary>A market to be looked up: one of ours, or one that was over before there was anybody to decide it. What
    /// was ours and is forgotten is neither.</summary>
    public KalshiMarket? Find(string ticker, long nowNanos) => Market(ticker)
        ?? (KalshiPast.Of(ticker, Series, nowNanos) is { } past
            && (past.CloseNanos <= _openedNanos || nowNanos - past.CloseNanos < KeptNanos) ? past : null);

    public KalshiEvent? Event(string? ticker) => ticker is null ? null : _eventByTicker.GetValueOrDefault(ticker);

    public KalshiIndex? Index(KalshiSeries series) => Indices.FirstOrDefault(index => index.Asset == series.Asset);

    /// <summary>A second has begun.</summary>
    /// <param name="atNanos">Its beginning.</param>
    /// <param name="price">The price of an asset in dollars, where there is one.</param>
    public void Second(long atNanos, Func<string, double?> price)
    {
        foreach (var index in Indices)
        {
            if (price(index.Asset) is { } dollars)
            {
                index.Add(atNanos, (long)Math.Round(dollars * 100));
                _feed.IndexMoved(index, atNanos);
            }
        }

        foreach (var series in Series)
        {
            Roll(series, atNanos);
        }

        foreach (var market in _living)
        {
            Live(market, atNanos);
        }

        _living.RemoveAll(market => market.Status == KalshiStatus.Finalized);
        Forget(atNanos);
    }

    /// <summary>Pauses a market, or ends the pause.</summary>
    public void Pause(KalshiMarket market, bool pauses, long atNanos)
    {
        if (market.Status is KalshiStatus.Active or KalshiStatus.Inactive)
        {
            Become(market, pauses ? KalshiStatus.Inactive : KalshiStatus.Active, atNanos);
            if (pauses)
            {
                _exchange.CancelAll(market, order => order.CancelsOnPause, atNanos);
            }

            _feed.MarketChanged(market, pauses ? "deactivated" : "activated");
        }
    }

    /// <summary>Gives a market other price ranges; resting orders stay where they are.</summary>
    public void Change(KalshiMarket market, PriceRanges ranges, long atNanos)
    {
        market.Ranges = ranges;
        market.UpdatedNanos = atNanos;
        _feed.MarketChanged(market, "price_level_structure_updated");
    }

    /// <summary>Ends a market now instead of at its time.</summary>
    public void CloseEarly(KalshiMarket market, long atNanos)
    {
        market.CloseNanos = atNanos;
        market.UpdatedNanos = atNanos;
        _feed.MarketChanged(market, "close_date_updated");
    }

    /// <summary>Decides a market at a value between, as the venue does where its question cannot be answered.</summary>
    public void Void(KalshiMarket market)
    {
        market.Result = "scalar";
        market.SettlementPrice = market.LastPrice == 0 ? KalshiUnits.Dollar / 2 : market.LastPrice;
    }

    private void Roll(KalshiSeries series, long atNanos)
    {
        if (series.Minutes == 0)
        {
            if (!_events.Exists(known => known.Series == series))
            {
                AddPlain(series, atNanos);
            }

            return;
        }

        var length = series.Minutes * MinuteNanos;
        var open = atNanos / length * length;
        AddWindow(series, open, open + length, atNanos);
        if (open + length - atNanos <= LeadNanos)
        {
            AddWindow(series, open + length, open + (2 * length), atNanos);
        }
    }

    private void AddWindow(KalshiSeries series, long openNanos, long closeNanos, long atNanos)
    {
        var close = EasternTime.Of(closeNanos);
        var time = series.IsLadder && series.Minutes == 60 ? $"{close.Hour:00}" : $"{close.Hour:00}{close.Minute:00}";
        var ticker = $"{series.Ticker}-{EasternTime.Day(close)}{time}";
        if (_eventByTicker.ContainsKey(ticker) || Index(series)!.Cents == 0)
        {
            return;
        }

        var created = Add(series, ticker, $"{close:MMM d} at {close:h:mmtt} ET", closeNanos);
        if (!series.IsLadder)
        {
            Add(created, $"{ticker}-{close.Minute:00}", 0, atStrikeIsYes: true, openNanos, closeNanos, atNanos);
            return;
        }

        // Strikes a cent below a round one, so that "above" means that one or more; so near that some are in doubt.
        var cents = Index(series)!.Cents;
        var spacing = series.Minutes < 60 ? 5_000L : 25_000L;
        var middle = (cents + (spacing / 2)) / spacing * spacing;
        for (var rung = -LadderHalf; rung <= LadderHalf; rung++)
        {
            var strike = middle + (rung * spacing) - 1;
            Add(
                created, $"{ticker}-T{DecimalText.ToText(strike, 2)}", strike, atStrikeIsYes: false, openNanos,
                closeNanos, atNanos);
        }
    }

    private void AddPlain(KalshiSeries series, long atNanos)
    {
        var close = atNanos + YearNanos;
        var ticker = $"{series.Ticker}-{EasternTime.Of(close).Year % 100:00}";
        var created = Add(series, ticker, "In a year", close);
        Add(created, ticker, 0, atStrikeIsYes: true, atNanos, close, atNanos).Ranges = PriceRanges.LinearCent;
    }

    private KalshiEvent Add(KalshiSeries series, string ticker, string subtitle, long strikeNanos)
    {
        var created = new KalshiEvent(++_lastEvent, series, ticker, subtitle, strikeNanos);
        _events.Add(created);
        _eventByTicker[ticker] = created;
        _feed.EventCreated(created);
        return created;
    }

    private KalshiMarket Add(
        KalshiEvent belongs, string ticker, long strike, bool atStrikeIsYes, long openNanos, long closeNanos,
        long atNanos)
    {
        var market = new KalshiMarket(++_lastMarket, ticker, _exchange.NextId(), belongs)
        {
            CreatedNanos = atNanos,
            OpenNanos = openNanos,
            CloseNanos = closeNanos,
            UpdatedNanos = atNanos,
            StrikeCents = strike,
            AtStrikeIsYes = atStrikeIsYes,
            Instrument = _exchange.Core.TakeBook(atNanos),
        };
        belongs.Markets.Add(market);
        _markets.Add(market);
        _living.Add(market);
        _byTicker[ticker] = market;
        _feed.MarketChanged(market, "created");
        return market;
    }

    private void Live(KalshiMarket market, long atNanos)
    {
        if (market.Status == KalshiStatus.Initialized && atNanos >= market.OpenNanos)
        {
            Open(market, atNanos);
        }

        if (market.Status is KalshiStatus.Active or KalshiStatus.Inactive && atNanos >= market.CloseNanos)
        {
            Become(market, KalshiStatus.Closed, atNanos);
            _exchange.CancelAll(market, _ => true, atNanos);
            _feed.MarketChanged(market, "deactivated");
        }

        if (market.Status == KalshiStatus.Closed && atNanos >= market.CloseNanos + DeterminedAfterNanos)
        {
            Determine(market);
            Decide(market, KalshiStatus.Determined, atNanos);
        }

        if (market.IsContested)
        {
            Contest(market, atNanos);
        }

        if (market.Status is KalshiStatus.Determined or KalshiStatus.Amended && atNanos >= market.PaysNanos)
        {
            market.SettledNanos = atNanos;
            Become(market, KalshiStatus.Finalized, atNanos);
            _exchange.PayOut(market, atNanos);
            _exchange.Core.GiveBook(market.Instrument);
            market.Instrument = -1;
            market.Retire();
            _feed.MarketChanged(market, "settled");
        }
    }

    private void Decide(KalshiMarket market, KalshiStatus status, long atNanos)
    {
        market.PaysNanos = atNanos + PaidAfterNanos;
        Become(market, status, atNanos);
        _feed.MarketChanged(market, "determined");
    }

    // Nothing tells of the dispute; its end is told as another determination, and the time to the payout begins again.
    private void Contest(KalshiMarket market, long atNanos)
    {
        if (atNanos < market.UpdatedNanos + ContestedAfterNanos)
        {
            return;
        }

        if (market.Status == KalshiStatus.Determined)
        {
            Become(market, KalshiStatus.Disputed, atNanos);
        }
        else if (market.Status == KalshiStatus.Disputed)
        {
            market.IsContested = false;
            market.SettlementPrice = KalshiUnits.Dollar - market.SettlementPrice;
            market.Result = market.Result switch { "yes" => "no", "no" => "yes", var other => other };
            Decide(market, KalshiStatus.Amended, atNanos);
        }
    }

    // A window's strike is what the window before it ended at: the average of the minute before it opens.
    private void Open(KalshiMarket market, long atNanos)
    {
        if (Index(market.Series) is { } index && market.StrikeCents == 0)
        {
            market.StrikeCents = index.Settlement(market.OpenNanos) ?? index.Cents;
            _feed.MarketChanged(market, "metadata_updated");
        }

        Become(market, KalshiStatus.Active, atNanos);
        _feed.MarketChanged(market, "activated");
    }

    private void Determine(KalshiMarket market)
    {
        if (market.Result.Length > 0)
        {
            return;
        }

        if (Index(market.Series) is not { } index)
        {
            (market.Result, market.SettlementPrice) = ("yes", KalshiUnits.Dollar);
        }
        else if (index.Settlement(market.CloseNanos) is { } value)
        {
            var isYes = market.AtStrikeIsYes ? value >= market.StrikeCents : value > market.StrikeCents;
            market.ExpirationValue = DecimalText.ToText(value, 2);
            (market.Result, market.SettlementPrice) = isYes ? ("yes", KalshiUnits.Dollar) : ("no", 0);
        }
        else
        {
            Void(market);
        }
    }

    private static void Become(KalshiMarket market, KalshiStatus status, long atNanos)
    {
        market.Status = status;
        market.UpdatedNanos = atNanos;
        market.HasNews = true;
    }

    // A program that comes back after a night is told what became of its markets.
    private void Forget(long atNanos)
    {
        while (_events.Find(old => old.Markets.TrueForAll(m => m.Status == KalshiStatus.Finalized)) is { } oldest
            && (_markets.Count > MarketsKept || atNanos - oldest.StrikeNanos > KeptNanos))
        {
            _events.Remove(oldest);
            _eventByTicker.Remove(oldest.Ticker);
            foreach (var market in oldest.Markets)
            {
                _byTicker.Remove(market.Ticker);
                _markets.Remove(market);
            }
        }
    }
}
