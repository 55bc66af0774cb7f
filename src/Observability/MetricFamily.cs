namespace Strikeline.Observability;

/// <summary>One metric: its name, type and help, and its series by labels.</summary>
internal sealed class MetricFamily
{
    private readonly Lock _gate = new();
    private readonly int _maxSeries;
    private volatile MetricSeries?[] _table = new MetricSeries?[16];
    private int _count;
    private MetricSeries? _overflow;

    /// <summary>Makes an empty metric.</summary>
    /// <param name="name">The name in the text.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="kind">The type.</param>
    /// <param name="observed">Whether values are asked for at each reading.</param>
    /// <param name="maxSeries">How many sets of labels are kept apart.</param>
    public MetricFamily(string name, string help, MetricKind kind, bool observed, int maxSeries)
    {
        Name = name;
        Help = help;
        Kind = kind;
        Observed = observed;
        Bounds = kind == MetricKind.Histogram ? BucketTable.For(name) : null;
        _maxSeries = maxSeries;
    }

    /// <summary>The name in the text.</summary>
    public string Name { get; }

    /// <summary>One sentence.</summary>
    public string Help { get; }

    /// <summary>The type.</summary>
    public MetricKind Kind { get; }

    /// <summary>Whether values are asked for at each reading.</summary>
    public bool Observed { get; }

    /// <summary>The upper bounds of a histogram's buckets, without +Inf.</summary>
    public double[]? Bounds { get; }

    /// <summary>Whether a measurement sets the value instead of adding to it.</summary>
    public bool Sets { get; init; }

    /// <summary>The series of a set of tags; allocates only when the set is new.</summary>
    public MetricSeries Series(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = LabelSet.HashOf(tags);
        return Find(_table, hash, tags) ?? Add(hash, tags);
    }

    /// <summary>Every series at this moment, in the order of their labels.</summary>
    public List<MetricSeries> Snapshot()
    {
        lock (_gate)
        {
            var all = _table.OfType<MetricSeries>().ToList();
            if (_overflow is not null)
            {
                all.Add(_overflow);
            }

            all.Sort((left, right) => left.Labels.Text.AsSpan().SequenceCompareTo(right.Labels.Text));
            return all;
        }
    }

    private static MetricSeries? Find(MetricSeries?[] table, int hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // The table is never more than half full, so an empty place ends every search.
        for (var at = hash & (table.Length - 1); ; at = (at + 1) & (table.Length - 1))
        {
            var series = Volatile.Read(ref table[at]);
            if (series is null)
            {
                return null;
            }

            if (series.Labels.Hash == hash && series.Labels.Is(tags))
            {
                return series;
            }
        }
    }

    private static void Place(MetricSeries?[] table, MetricSeries series)
    {
        var at = series.Labels.Hash & (table.Length - 1);
        while (table[at] is not null)
        {
            at = (at + 1) & (table.Length - 1);
        }

        Volatile.Write(ref table[at], series);
    }

    private MetricSeries Add(int hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            if (Find(_table, hash, tags) is { } present)
            {
                return present;
            }

            if (_count >= _maxSeries)
            {
                return _overflow ??= new MetricSeries(LabelSet.Overflow, Bounds);
            }

            _count++;
            if (_count * 2 > _table.Length)
            {
                var larger = new MetricSeries?[_table.Length * 2];
                foreach (var known in _table.OfType<MetricSeries>())
                {
                    Place(larger, known);
                }

                _table = larger;
            }

            var series = new MetricSeries(LabelSet.Of(tags), Bounds);
            Place(_table, series);
            return series;
        }
    }
}
