using Strikeline.Kernel;
using Strikeline.Prices;

namespace Strikeline.Host.Composition;

/// <summary>One second of a composite.</summary>
/// <param name="Second">Seconds since the Unix epoch, by the clock of the data.</param>
/// <param name="PriceE8">The last price seen in it in 10^-8; null where nobody knew one.</param>
internal readonly record struct PriceSecond(long Second, long? PriceE8);

/// <summary>The newest hour of every composite, one price a second: what a chart shows before it has watched.</summary>
/// <remarks>One loop notes; any thread reads. Time comes with each note, so that a tape makes the same
/// history.</remarks>
internal sealed class PriceHistory
{
    /// <summary>The most seconds that are kept for a symbol.</summary>
    public const int MaxSeconds = 3_600;

    private readonly Lock _gate = new();
    private readonly Dictionary<Symbol, Queue<PriceSecond>> _kept = [];
    private readonly Dictionary<Symbol, PriceSecond> _newest = [];

    /// <summary>Takes the composites of a moment; a second that is over is not changed any more.</summary>
    public void Note(AggregatedSnapshot snapshot)
    {
        var second = snapshot.AtNanos / Stamps.NanosPerSecond;
        lock (_gate)
        {
            foreach (var market in snapshot.Markets)
            {
                Note(market.Symbol, second, market.PriceE8);
            }
        }
    }

    /// <summary>The seconds of a symbol that are not older than asked for, oldest first, the running one
    /// included.</summary>
    /// <param name="symbol">The composite.</param>
    /// <param name="seconds">How far back, counted from the newest.</param>
    public PriceSecond[] Last(Symbol symbol, int seconds)
    {
        lock (_gate)
        {
            return !_newest.TryGetValue(symbol, out var newest)
                ? []
                : [.. _kept[symbol].Where(one => one.Second > newest.Second - seconds), newest];
        }
    }

    private void Note(Symbol symbol, long second, long? price)
    {
        if (!_newest.TryGetValue(symbol, out var newest))
        {
            _kept.Add(symbol, new Queue<PriceSecond>());
        }
        else if (second <= newest.Second)
        {
            // A clock that was set back waits until it has caught up.
            _newest[symbol] = second == newest.Second && price is not null ? new PriceSecond(second, price) : newest;
            return;
        }
        else
        {
            var kept = _kept[symbol];
            kept.Enqueue(newest);
            // A tape may leap over hours: what is kept is short in time, not only in number.
            while (kept.TryPeek(out var oldest) && oldest.Second <= second - MaxSeconds)
            {
                kept.Dequeue();
            }
        }

        _newest[symbol] = new PriceSecond(second, price);
    }
}
