using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>The settlement prices of the last minutes, by the second that they stand for.</summary>
internal sealed class PriceTicks
{
    private const int Kept = 1_200;
    private const int MaxSeries = 64;

    private readonly Dictionary<(string Asset, string Oracle, string Statistic), Series> _series = [];

    /// <summary>Keeps a price.</summary>
    /// <returns>True where it is newer than all before.</returns>
    public bool Add(in ReferencePrice price)
    {
        var key = (price.Asset, price.Oracle, price.Statistic);
        if (!_series.TryGetValue(key, out var series))
        {
            if (_series.Count >= MaxSeries)
            {
                return false;
            }

            _series.Add(key, series = new Series());
        }

        return series.Add(price.VenueNanos, price.PriceE8);
    }

    /// <summary>The price at a whole second: the tick of exactly that moment, or the first one of that second where one
    /// of
    /// the second before shows that none was missed; null where none was heard.</summary>
    public long? At(string asset, string oracle, string statistic, long nanos) =>
        _series.TryGetValue((asset, oracle, statistic), out var series) ? series.At(nanos) : null;

    private sealed class Series
    {
        private readonly (long AtNanos, long PriceE8)[] _ticks = new (long, long)[Kept];
        private long _newest;

        public bool Add(long nanos, long priceE8)
        {
            ref var slot = ref _ticks[(int)(nanos / Stamps.NanosPerSecond % Kept)];
            if (slot.AtNanos < nanos - (nanos % Stamps.NanosPerSecond) || nanos % Stamps.NanosPerSecond == 0)
            {
                slot = (nanos, priceE8);
            }

            var newer = nanos > _newest;
            _newest = Math.Max(_newest, nanos);
            return newer;
        }

        public long? At(long nanos)
        {
            var second = nanos / Stamps.NanosPerSecond;
            var (at, price) = _ticks[(int)(second % Kept)];
            var before = _ticks[(int)((second + Kept - 1) % Kept)].AtNanos;
            var isFirst = before >= nanos - Stamps.NanosPerSecond && before < nanos
                && at > nanos && at < nanos + Stamps.NanosPerSecond;
            return at == nanos || isFirst ? price : null;
        }
    }
}
