using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>The one predicate of trading: ready, or everything that stands in the way, everywhere or on one
/// venue.</summary>
/// <remarks>Any thread. Checks are added before it is asked; each says what is wrong in one line, or null. A check that
/// throws is a blocker itself.</remarks>
/// <param name="clock">The clock, for since when something blocks.</param>
public sealed class Readiness(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly List<Check> _checks = [];
    private readonly HashSet<Venue> _venues = [];

    /// <summary>Adds a check.</summary>
    /// <param name="code">One of <see cref="BlockerCodes"/>, or one of the caller's.</param>
    /// <param name="who">What it is about.</param>
    /// <param name="fix">What to do where it blocks.</param>
    /// <param name="look">What is wrong, one line; null where nothing is.</param>
    public Readiness Add(string code, string who, string fix, Func<string?> look) =>
        Add(new Check(code, who, fix, null, look, null));

    /// <summary>Adds the stop.</summary>
    public Readiness Add(EmergencyStop stop) => Add(new Check(
        BlockerCodes.Stop, "stop", "Clear the stop once its cause is understood: `strikeline resume`.", null,
        () => stop.MayIncrease ? null : $"{stop.State.ScopeName} by {stop.State.By}: {stop.State.Reason}",
        () => stop.State.AtMillis * Stamps.NanosPerMilli));

    /// <summary>Adds a feed: how many of a venue's books are proven, of how many.</summary>
    public Readiness AddFeed(Venue venue, Func<(int Proven, int Watched)> books) => Add(
        BlockerCodes.Feed, venue, "Wait for the feed, or look at its connection on the feeds page.",
        () => books() is var (proven, watched) && proven > 0 ? null : $"0 of {watched} books are proven");

    /// <summary>Adds the clock: the offset to a venue's clock with its error, null where it was never
    /// measured.</summary>
    /// <param name="venue">Whose clock.</param>
    /// <param name="offset">The measured offset, its uncertainty added; null where unknown.</param>
    /// <param name="most">The most that is traded with; 500 ms.</param>
    public Readiness AddClock(Venue venue, Func<TimeSpan?> offset, TimeSpan most) => Add(
        BlockerCodes.Clock, venue, "Set the machine's clock by NTP.",
        () => offset() is not { } measured ? "the offset was never measured"
            : measured.Duration() > most ? $"off by {measured.TotalMilliseconds:0} ms" : null);

    /// <summary>Adds a heartbeat: how long ago the venue last acknowledged one, null where it never did.</summary>
    public Readiness AddHeartbeat(Venue venue, Func<TimeSpan?> age, TimeSpan most) => Add(
        BlockerCodes.Heartbeat, venue, "Look at the line to the venue; orders may have been cancelled there.",
        () => age() is not { } since ? "no heartbeat was acknowledged yet"
            : since > most ? $"the last one is {since.TotalMilliseconds:0} ms old" : null);

    /// <summary>Adds a venue's key.</summary>
    public Readiness AddKey(Venue venue, Func<bool> isThere) => Add(
        BlockerCodes.Keys, venue, "Put the venue's key into its environment variable or 0600 file.",
        () => isThere() ? null : "there is none");

    /// <summary>True where something may be traded somewhere: nothing blocks everywhere, and at least one of the venues
    /// that are checked is free.</summary>
    public bool IsReady
    {
        get
        {
            var blockers = Blockers();
            lock (_gate)
            {
                return blockers.All(blocker => blocker.Venue is not null)
                    && (_venues.Count == 0 || !_venues.IsSubsetOf(blockers.Select(blocker => blocker.Venue!.Value)));
            }
        }
    }

    /// <summary>Everything that blocks now, everywhere or on one venue; empty where all is ready.</summary>
    public IReadOnlyList<Blocker> Blockers()
    {
        lock (_gate)
        {
            var now = clock.UnixNanos();
            var found = new List<Blocker>();
            foreach (var check in _checks)
            {
                if (check.Look(now) is { } blocker)
                {
                    found.Add(blocker);
                }
            }

            return found;
        }
    }

    private Readiness Add(string code, Venue venue, string fix, Func<string?> look)
    {
        lock (_gate)
        {
            _venues.Add(venue);
        }

        return Add(new Check(code, venue.Name(), fix, venue, look, null));
    }

    private Readiness Add(Check check)
    {
        lock (_gate)
        {
            _checks.Add(check);
        }

        return this;
    }

    // Most checks do not know since when they block: then it is since somebody looked first.
    private sealed class Check(
        string code, string who, string fix, Venue? venue, Func<string?> look, Func<long>? since)
    {
        private long _since;

        public Blocker? Look(long now)
        {
            var what = code;
            string? detail;
            try
            {
                detail = look();
            }
            catch (Exception failure)
            {
                what = BlockerCodes.CheckFailed;
                detail = $"{code}: {failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}";
            }

            if (detail is null)
            {
                _since = 0;
                return null;
            }

            _since = _since == 0 ? now : _since;
            return new Blocker(what, who, since?.Invoke() ?? _since, detail, fix, venue);
        }
    }
}
