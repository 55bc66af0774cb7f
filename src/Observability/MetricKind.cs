namespace Strikeline.Observability;

/// <summary>The type of a metric in the Prometheus text.</summary>
internal enum MetricKind
{
    /// <summary>A number that only grows.</summary>
    Counter,

    /// <summary>A number that goes up and down.</summary>
    Gauge,

    /// <summary>Counts of values by bucket.</summary>
    Histogram,
}
