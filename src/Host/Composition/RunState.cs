using Strikeline.Host.Bots;
using Strikeline.Host.Web;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Host.Composition;

/// <summary>Where the data of a run come from.</summary>
internal enum DataSource
{
    /// <summary>The venues themselves.</summary>
    Live,

    /// <summary>The built-in testnet.</summary>
    Simulated,

    /// <summary>A tape.</summary>
    Replay,
}

/// <summary>Everything of a run that its readers (HTTP, WebSocket, metrics) need.</summary>
internal sealed record RunState
{
    /// <summary>The desks, one for each venue.</summary>
    public required IReadOnlyList<VenueDesk> Desks { get; init; }

    /// <summary>Prices and ladders.</summary>
    public required MarketCore Core { get; init; }

    /// <summary>Ladders and quotes by key, and what is wrong with their mirror.</summary>
    public required HotCaches Caches { get; init; }

    /// <summary>Our own exchange; null where it is not open.</summary>
    public OpenExchange? Exchange { get; init; }

    /// <summary>The bots; null where there are none.</summary>
    public IBotDesk? Bots { get; init; }

    /// <summary>The public key that signs this run's markets.</summary>
    public required KeyRow Key { get; init; }

    /// <summary>The time of the data: the system's, or a tape's.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Where the data come from.</summary>
    public required DataSource Source { get; init; }

    /// <summary>Speed of a replay as shown to people, for example <c>×10</c>; null for other sources.</summary>
    public string? Speed { get; init; }

    /// <summary>The run's id: another one after every start.</summary>
    public required string Epoch { get; init; }

    /// <summary>When the program started, by the system's monotonic clock.</summary>
    public required long StartedTimestamp { get; init; }

    /// <summary>The state of recording, in words; null where nothing is recorded.</summary>
    public Func<string?> Recording { get; init; } = () => null;

    /// <summary>Set where the source itself has a problem or an end to tell of, in words.</summary>
    public Func<string?> SourceNote { get; init; } = () => null;

    /// <summary>The name of <see cref="Source"/> in JSON.</summary>
    public string SourceName => NameOf(Source);

    /// <summary>The time of the data in nanoseconds since the Unix epoch.</summary>
    public long NowNanos => Clock.UnixNanos();

    /// <summary>The name of a source in JSON.</summary>
    public static string NameOf(DataSource source) => source.ToString().ToLowerInvariant();

    /// <summary>Every instrument's report, in a fixed order.</summary>
    public IEnumerable<FeedReport> Reports()
    {
        var now = NowNanos;
        return Desks.SelectMany(desk => desk.Report(now));
    }
}
