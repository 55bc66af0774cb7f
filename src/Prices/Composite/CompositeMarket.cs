using System.Collections.Immutable;
using Strikeline.Kernel;

namespace Strikeline.Prices;

/// <summary>The rules of one composite over the quotes it holds. Owned by the loop of its
/// <see cref="CompositePrice"/>.</summary>
internal sealed class CompositeMarket
{
    private const int Million = 1_000_000;

    private readonly HeldQuote[] _held;
    private readonly BasisTable _basis;
    private readonly CompositeOptions _options;
    private readonly int _quorum;

    // Mids of the other providers at the moment a provider last changed: row = provider, column = other.
    private readonly long[,] _othersAtChange;
    private readonly PriceReason[] _reasons;
    private readonly long[] _converted;
    private readonly long[] _scratch;

    public CompositeMarket(Symbol symbol, HeldQuote[] held, BasisTable basis, CompositeOptions options)
    {
        Symbol = symbol;
        (_held, _basis, _options) = (held, basis, options);
        _quorum = options.Quorum(held.Length);
        _othersAtChange = new long[held.Length, held.Length];
        _reasons = new PriceReason[held.Length];
        _converted = new long[held.Length];
        _scratch = new long[held.Length];
    }

    public Symbol Symbol { get; }

    /// <summary>Notes where the others stand when a provider's content changes, for the judgement of a frozen
    /// one.</summary>
    public void RememberOthers(int provider)
    {
        for (var other = 0; other < _held.Length; other++)
        {
            _othersAtChange[provider, other] = _held[other].MidE8;

            // One that speaks for the first time is a reference for those that spoke before it.
            if (_othersAtChange[other, provider] == 0)
            {
                _othersAtChange[other, provider] = _held[provider].MidE8;
            }
        }
    }

    public AggregatedMarket Evaluate(long nowNanos)
    {
        for (var i = 0; i < _held.Length; i++)
        {
            _reasons[i] = _held[i].ReasonAt(nowNanos, _options.StaleAfterNanos);
            _converted[i] = 0;
        }

        var waiting = Array.TrueForAll(_reasons, reason => reason == PriceReason.Waiting);
        MarkFrozen(nowNanos);
        Convert(nowNanos);
        var agreeing = EjectOutliers();
        var enough = agreeing >= _quorum;
        var price = agreeing == 0 ? 0 : RobustMedian.Of(Agreeing());
        var inputs = agreeing == 0 ? default : Inputs(price, agreeing, nowNanos);
        return new AggregatedMarket(
            Symbol,
            enough ? price : null,
            agreeing,
            enough ? inputs.ProductPpm : 0,
            inputs,
            enough ? QuorumAge(nowNanos) : null,
            Venues(nowNanos, enough),
            enough ? PriceReason.None : waiting ? PriceReason.Waiting : PriceReason.NoQuorum,
            nowNanos);
    }

    // Moves are compared in each venue's own currency, so that the judgement does not hang on the basis. A move beyond
    // the outlier limit does not count as evidence: it is more likely the other venue that is wrong.
    private void MarkFrozen(long nowNanos)
    {
        Span<bool> frozen = stackalloc bool[_held.Length];
        for (var i = 0; i < _held.Length; i++)
        {
            if (_reasons[i] != PriceReason.None || nowNanos - _held[i].ChangedAtNanos < _options.FrozenGraceNanos)
            {
                continue;
            }

            var (up, down) = (0, 0);
            for (var other = 0; other < _held.Length; other++)
            {
                var before = _othersAtChange[i, other];
                var mid = _held[other].MidE8;
                if (other != i && before > 0 && _reasons[other] == PriceReason.None
                    && !RobustMedian.Near(mid, before, _options.FrozenMovePpm)
                    && RobustMedian.Near(mid, before, _options.OutlierPpm))
                {
                    (up, down) = mid > before ? (up + 1, down) : (up, down + 1);
                }
            }

            frozen[i] = up >= 2 || down >= 2;
        }

        for (var i = 0; i < frozen.Length; i++)
        {
            _reasons[i] = frozen[i] ? PriceReason.Frozen : _reasons[i];
        }
    }

    private void Convert(long nowNanos)
    {
        for (var i = 0; i < _held.Length; i++)
        {
            if (_reasons[i] != PriceReason.None)
            {
                continue;
            }

            var held = _held[i];
            if (!_basis.TryRate(held.Venue, held.Symbol.Quote, Symbol.Quote, nowNanos, out var rate))
            {
                _reasons[i] = PriceReason.NoBasis;
                continue;
            }

            var converted = (Int128)held.MidE8 * rate / BasisTable.RateScale;
            var possible = converted > 0 && converted <= HeldQuote.MaxPriceE8;
            _converted[i] = possible ? (long)converted : 0;
            _reasons[i] = possible ? PriceReason.None : PriceReason.OutOfRange;
        }
    }

    private int EjectOutliers()
    {
        while (true)
        {
            var candidates = Agreeing();
            if (candidates.Length < 2)
            {
                return candidates.Length;
            }

            var median = RobustMedian.Of(candidates);

            // Between two that disagree nobody can say which one is wrong.
            var both = candidates.Length == 2 && !RobustMedian.Near(candidates[1], candidates[0], _options.OutlierPpm);
            var ejected = false;
            for (var i = 0; i < _held.Length; i++)
            {
                if (_reasons[i] == PriceReason.None
                    && (both || !RobustMedian.Near(_converted[i], median, _options.OutlierPpm)))
                {
                    _reasons[i] = PriceReason.Outlier;
                    ejected = true;
                }
            }

            if (!ejected)
            {
                return candidates.Length;
            }
        }
    }

    private Span<long> Agreeing()
    {
        var count = 0;
        for (var i = 0; i < _held.Length; i++)
        {
            if (_reasons[i] == PriceReason.None)
            {
                _scratch[count++] = _converted[i];
            }
        }

        return _scratch.AsSpan(0, count);
    }

    private ConfidenceInputs Inputs(long price, int agreeing, long nowNanos)
    {
        var worst = 0;
        Int128 ages = 0;
        for (var i = 0; i < _held.Length; i++)
        {
            if (_reasons[i] == PriceReason.None)
            {
                worst = Math.Max(worst, RobustMedian.DeviationPpm(_converted[i], price));
                ages += _held[i].AgeNanos(nowNanos);
            }
        }

        var agreement = agreeing == 1
            ? Million / 2
            : Million - Math.Min(Million, (long)worst * Million / _options.OutlierPpm);
        var freshness = Million - Int128.Min(Million, ages * Million / agreeing / _options.StaleAfterNanos);
        return new ConfidenceInputs(agreeing * Million / _held.Length, (int)agreement, (int)freshness);
    }

    private long QuorumAge(long nowNanos)
    {
        var count = 0;
        for (var i = 0; i < _held.Length; i++)
        {
            if (_reasons[i] == PriceReason.None)
            {
                _scratch[count++] = _held[i].AgeNanos(nowNanos);
            }
        }

        var ages = _scratch.AsSpan(0, count);
        ages.Sort();
        return ages[_quorum - 1];
    }

    private ImmutableArray<VenuePrice> Venues(long nowNanos, bool enough)
    {
        var venues = ImmutableArray.CreateBuilder<VenuePrice>(_held.Length);
        for (var i = 0; i < _held.Length; i++)
        {
            var held = _held[i];
            var agrees = _reasons[i] == PriceReason.None;
            venues.Add(new VenuePrice(
                held.Venue,
                held.Symbol,
                held.MidE8 == 0 ? null : held.MidE8,
                _converted[i] == 0 ? null : _converted[i],
                held.AtNanos == 0 ? null : Stamps.ToMillis(held.AgeNanos(nowNanos)),
                agrees && enough,
                agrees && !enough ? PriceReason.NoQuorum : _reasons[i]));
        }

        return venues.MoveToImmutable();
    }
}
