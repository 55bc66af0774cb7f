using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>Whether what has gone silent is only quiet: it is asked, and dead where no answer comes.</summary>
/// <remarks>
/// Under the desk's lock. Silence is what <see cref="DataWatch"/> calls so, of what the venue sends by itself; an
/// answer
/// proves life for as long again, and is no data. Pings and their answers never reach it.
/// </remarks>
internal sealed class KalshiPulse(TimeSpan floor)
{
    private const long PatienceNanos = 2 * Stamps.NanosPerSecond;

    private readonly DataWatch _data = new(floor);
    private long _heardNanos;
    private long _askedNanos;

    /// <summary>The venue sent something by itself.</summary>
    public void Data(long now)
    {
        _data.Changed(now);
        Heard(now);
    }

    /// <summary>Something came, if only an answer; or silence counts from here.</summary>
    public void Heard(long now) => (_heardNanos, _askedNanos) = (now, 0);

    /// <summary>Silence means nothing now.</summary>
    public void Rest() => _askedNanos = 0;

    /// <summary>True where it should be asked.</summary>
    public bool IsDoubtful(long now) =>
        _askedNanos == 0 && _heardNanos != 0 && now - _heardNanos > _data.LimitNanos(now);

    /// <summary>It was asked.</summary>
    public void Asked(long now) => _askedNanos = now;

    /// <summary>True where it has not answered.</summary>
    public bool IsDead(long now) => _askedNanos != 0 && now - _askedNanos > PatienceNanos;
}
