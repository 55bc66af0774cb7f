using System.Collections.Immutable;
using Strikeline.Kernel;
using Strikeline.Prices;

namespace Strikeline.Strikes;

/// <summary>The standing quotes of one series. Owned by the loop of its <see cref="StrikeLoop"/>.</summary>
internal sealed class MarketSeries
{
    private readonly SeriesOptions _options;
    private readonly QuoteIssuer _issuer;
    private readonly IMarketSink _sink;
    private readonly StrikeLadder _ladder;
    private readonly VolatilityEstimator _volatility;
    private readonly Dictionary<(long ExpiryNanos, long StrikeE8), long> _netUpAtoms = [];

    // One for each open expiry, the nearest first.
    private ClosingWindow[] _closings = [];

    // In the order of publication: by expiry, then by strike.
    private Standing[] _grid = [];
    private long _gridExpiry;
    private long _gridCentre;
    private AggregatedMarket? _price;
    private StrikeSnapshot _current;

    public MarketSeries(SeriesOptions options, QuoteIssuer issuer, IMarketSink sink)
    {
        (_options, _issuer, _sink) = (options, issuer, sink);
        _ladder = new StrikeLadder(options);
        _volatility = new VolatilityEstimator(options.Volatility);
        _current = new StrikeSnapshot(options.Symbol, null, PriceReason.Waiting, [], 0);
    }

    public StrikeSnapshot Current => Volatile.Read(ref _current);

    public void OnPrice(AggregatedMarket price, long nowNanos)
    {
        _price = price;
        OnTime(nowNanos);
    }

    public void SetInventory(long expiryNanos, long strikeE8, long netUpAtoms)
    {
        if (netUpAtoms == 0)
        {
            _netUpAtoms.Remove((expiryNanos, strikeE8));
        }
        else
        {
            _netUpAtoms[(expiryNanos, strikeE8)] = netUpAtoms;
        }
    }

    public void OnTime(long nowNanos)
    {
        var reason = Judge(nowNanos);
        if (reason != PriceReason.None)
        {
            Withdraw(reason, nowNanos);
            return;
        }

        var spot = _price!.PriceE8!.Value;
        var changed = Arrange(spot, nowNanos);
        Sample(spot, _price.AtNanos);
        changed |= WithdrawFull();
        var renewed = Renew(spot, nowNanos);
        changed |= renewed.Count > 0 || _current.Reason != PriceReason.None;
        ImmutableArray<SignedLiveMarket> markets = changed
            ? [.. _grid.Where(standing => standing.Signed is not null).Select(standing => standing.Signed!)]
            : _current.Markets;
        Publish(new StrikeSnapshot(_options.Symbol, spot, PriceReason.None, markets, nowNanos), renewed, changed);
    }

    private PriceReason Judge(long nowNanos)
    {
        if (_price is null)
        {
            return PriceReason.Waiting;
        }

        if (_price.PriceNanos is not { } at)
        {
            return _price.Reason == PriceReason.None ? PriceReason.NoQuorum : _price.Reason;
        }

        var age = nowNanos - at;
        return age > StrikesLimits.MaxPriceAgeNanos ? PriceReason.Stale
            : age < -StrikesLimits.MaxClockLeadNanos ? PriceReason.Clock
            : PriceReason.None;
    }

    // The standings are kept, so that a price that comes and goes cannot raise the rate of quotes per strike.
    private void Withdraw(PriceReason reason, long nowNanos)
    {
        foreach (var standing in _grid)
        {
            standing.Signed = null;
        }

        var changed = _current.Reason != reason || _current.Markets.Length > 0;
        Publish(new StrikeSnapshot(_options.Symbol, null, reason, [], nowNanos), [], changed);
    }

    private void Publish(StrikeSnapshot snapshot, IReadOnlyList<SignedLiveMarket> renewed, bool changed)
    {
        Volatile.Write(ref _current, snapshot);
        if (changed)
        {
            _sink.OnMarkets(snapshot, renewed);
        }
    }

    /// <summary>Lays the grid of expiries and strikes out anew where one of them has moved; keeps what stays.</summary>
    private bool Arrange(long spot, long nowNanos)
    {
        _ladder.Follow(spot);
        var first = Expiries.First(nowNanos, _options.WindowSeconds);
        if (first == _gridExpiry && _ladder.CentreE8 == _gridCentre)
        {
            return false;
        }

        if (first != _gridExpiry)
        {
            Roll(first);
        }

        (_gridExpiry, _gridCentre) = (first, _ladder.CentreE8);
        var kept = _grid.ToDictionary(standing => (standing.ExpiryNanos, standing.StrikeE8));
        var sides = _options.StrikesEachSide;
        var grid = new List<Standing>(_options.OpenExpiries * ((2 * sides) + 1));
        foreach (var closing in _closings)
        {
            for (var step = -sides; step <= sides; step++)
            {
                var strike = _ladder.StrikeE8(step);
                grid.Add(kept.GetValueOrDefault((closing.ExpiryNanos, strike)) ?? new Standing(closing, strike));
            }
        }

        _grid = [.. grid];
        return true;
    }

    /// <summary>Opens the closing windows of new expiries, keeps those of open ones, and forgets what is
    /// over.</summary>
    private void Roll(long first)
    {
        var window = _options.WindowSeconds * Stamps.NanosPerSecond;
        var open = _closings.ToDictionary(closing => closing.ExpiryNanos);
        _closings =
        [
            .. Enumerable.Range(0, _options.OpenExpiries)
                .Select(index => first + (index * window))
                .Select(expiry => open.GetValueOrDefault(expiry) ?? new ClosingWindow(expiry, _options.ClosingSeconds)),
        ];
        foreach (var market in _netUpAtoms.Keys.Where(market => market.ExpiryNanos < first).ToList())
        {
            _netUpAtoms.Remove(market);
        }
    }

    // Once a second: a price that was sampled in its second is not taken again.
    private void Sample(long spot, long atNanos)
    {
        _volatility.Offer(spot, atNanos);
        foreach (var closing in _closings)
        {
            closing.Offer(spot, atNanos);
        }
    }

    // At once, whatever the pace of renewals: a full inventory takes nothing more.
    private bool WithdrawFull()
    {
        var changed = false;
        foreach (var standing in _grid)
        {
            if (standing.Signed is not null && SkewOf(standing).LeftAtoms == 0)
            {
                standing.Signed = null;
                changed = true;
            }
        }

        return changed;
    }

    private InventorySkew SkewOf(Standing standing) => InventorySkew.Of(
        _netUpAtoms.GetValueOrDefault((standing.ExpiryNanos, standing.StrikeE8)), _options);

    private List<SignedLiveMarket> Renew(long spot, long nowNanos)
    {
        var renewed = new List<SignedLiveMarket>();
        var volatility = _volatility.PerSqrtSecond;
        foreach (var standing in _grid)
        {
            var fair = DigitalOption.ToPpm(
                standing.Closing.UpProbability(spot, standing.StrikeE8, volatility, nowNanos));
            var skew = SkewOf(standing);
            if (skew.LeftAtoms == 0 || !standing.IsDue(fair, skew, nowNanos, _options))
            {
                continue;
            }

            var pricing = QuotePricing.Around(fair, _options.SpreadPpm, skew.ShiftPpm);
            var draft = new QuoteDraft(
                _options, standing.StrikeE8, spot, pricing, skew.LeftAtoms, _price!.PriceNanos!.Value,
                standing.ExpiryNanos, nowNanos);
            if (draft.ValidUntilMs > draft.GeneratedAtMs)
            {
                standing.Take(_issuer.Issue(draft), fair, skew, nowNanos);
                renewed.Add(standing.Signed!);
            }
        }

        return renewed;
    }

    /// <summary>One strike at one expiry and its newest quote.</summary>
    private sealed class Standing(ClosingWindow closing, long strikeE8)
    {
        private int _fairPpm;
        private InventorySkew _skew;
        private long _signedNanos = long.MinValue;

        public ClosingWindow Closing => closing;

        public long ExpiryNanos => closing.ExpiryNanos;

        public long StrikeE8 => strikeE8;

        public SignedLiveMarket? Signed { get; set; }

        public void Take(SignedLiveMarket signed, int fairPpm, InventorySkew skew, long nowNanos) =>
            (Signed, _fairPpm, _skew, _signedNanos) = (signed, fairPpm, skew, nowNanos);

        public bool IsDue(int fairPpm, InventorySkew skew, long nowNanos, SeriesOptions options)
        {
            if (_signedNanos == long.MinValue)
            {
                return true;
            }

            var age = nowNanos - _signedNanos;

            // A clock that was set back must not stop renewals until it has caught up.
            if (age >= 0 && age < options.MinRenewMs * Stamps.NanosPerMilli)
            {
                return false;
            }

            var halfOver = age < 0 || age * 2 >= options.QuoteLifetimeMs * Stamps.NanosPerMilli;
            return Signed is null
                || skew != _skew
                || Math.Abs(fairPpm - _fairPpm) >= StrikesLimits.TickPpm
                || (halfOver && Signed.Market.ValidUntilMs < Signed.Market.ExpiryMs);
        }
    }
}
