namespace Strikeline.Observability;

/// <summary>One time series: the numbers behind one set of labels.</summary>
/// <remarks>Any thread may record; nothing is allocated.</remarks>
internal sealed class MetricSeries(LabelSet labels, double[]? bounds)
{
    private readonly long[] _buckets = bounds is null ? [] : new long[bounds.Length + 1];
    private long _whole;
    private double _fraction;

    /// <summary>The labels.</summary>
    public LabelSet Labels { get; } = labels;

    /// <summary>The reading in which an observed value was last set.</summary>
    public long SeenIn { get; private set; }

    /// <summary>The value: the whole and the fractional additions together; the sum of a histogram.</summary>
    public double Value => Volatile.Read(ref _whole) + Volatile.Read(ref _fraction);

    /// <summary>Counts per bucket, not cumulative, the last above every bound.</summary>
    public ReadOnlySpan<long> Buckets => _buckets;

    /// <summary>Adds a whole number.</summary>
    public void Add(long amount) => Interlocked.Add(ref _whole, amount);

    /// <summary>Adds a number.</summary>
    public void Add(double amount)
    {
        var seen = Volatile.Read(ref _fraction);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref _fraction, seen + amount, seen);
            if (before.Equals(seen))
            {
                return;
            }

            seen = before;
        }
    }

    /// <summary>Replaces the value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="reading">The reading that it was observed in.</param>
    public void Set(double value, long reading)
    {
        Volatile.Write(ref _whole, 0);
        Volatile.Write(ref _fraction, value);
        SeenIn = reading;
    }

    /// <summary>Counts a value into its bucket and adds it to the sum; not a number is no value.</summary>
    public void Record(double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        // Bounds are few and values mostly small: a scan from the left beats a binary search.
        var bucket = 0;
        while (bucket < bounds!.Length && value > bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _buckets[bucket]);
        Add(value);
    }
}
