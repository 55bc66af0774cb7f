using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>A feed of one asset's five-minute windows and a scripted venue, on virtual time.</summary>
internal sealed class PolymarketStage : ScriptedStage, IFeedListener, IFeedRecorder
{
    private readonly bool _withKey;

    public PolymarketStage(double everySeconds = 0.5, bool withKey = false, Action<ScriptedPolymarket>? before = null)
    {
        _withKey = withKey;
        Venue = new ScriptedPolymarket(Time, TimeSpan.FromSeconds(everySeconds));
        before?.Invoke(Venue);
        Feed = NewFeed(Record);
        Start(Feed.RunAsync);
    }

    public ScriptedPolymarket Venue { get; }

    public PolymarketFeed Feed { get; }

    public OutcomeRecord Record { get; } = new();

    /// <summary>Where something is held.</summary>
    public HeldList Held { get; } = new();

    public List<string> Lost { get; } = [];

    public List<string> Replaced { get; } = [];

    public List<string> Unknown { get; } = [];

    /// <summary>What went onto the tape.</summary>
    public List<(int Connection, string Context, byte[]? Payload, bool Opened, long AtNanos)> Tape { get; } = [];

    public string Slug(int window = 0)
    {
        var seconds = (long)Now.TotalSeconds;
        return $"btc-updown-5m-{seconds - (seconds % 300) + (window * 300)}";
    }

    /// <summary>True where every token that is reported is live and equal to the venue's own book.</summary>
    public bool IsRight
    {
        get
        {
            var reports = Feed.Report();
            return reports.Count > 0 && reports.All(report => report.State == FeedState.Live && Shown(report.Key.TokenId) == Venue.TextOf(report.Key.TokenId));
        }
    }

    public string Shown(string token)
    {
        var told = Record.Books[token];
        return string.Join(' ', told.Bids.Select(level => $"{level.Price}:{level.Quantity}")) + "|"
            + string.Join(' ', told.Asks.Select(level => $"{level.Price}:{level.Quantity}"));
    }

    /// <summary>Another feed at the same venue, as of a program that is started again.</summary>
    public OutcomeRecord Again()
    {
        var record = new OutcomeRecord();
        _ = Time.Start(() => NewFeed(record).RunAsync(CancellationToken.None));
        return record;
    }

    /// <summary>Checks that no token was unproven since a point of the record, new ones aside.</summary>
    public void AssertNoUnprovenMomentSince(int proofs)
    {
        var known = Record.Proofs.Take(proofs).Select(p => p.Token).ToHashSet();
        Assert.All(Record.Proofs.Skip(proofs).Where(p => known.Contains(p.Token)), p => Assert.Equal(BookProof.Proven, p.Proof));
    }

    protected override int OpenSockets => Venue.OpenSockets;

    protected override string Trouble =>
        $"{string.Join(" · ", Feed.Report().Select(r => $"{r.Key.TokenId} {r.Reason}"))}; lost {string.Join(" · ", Lost)}";

    private PolymarketFeed NewFeed(OutcomeRecord record) => new(
        new PolymarketOptions
        {
            Gamma = new Uri("https://gamma.test"), Clob = new Uri("https://clob.test"), MarketSocket = new Uri("wss://market.test/ws"),
            Rtds = new Uri("wss://rtds.test"), PolyBolt = new Uri("wss://bolt.test/ws"), Assets = ["btc"], Windows = [UpDownWindow.All[0]],
            WindowsAhead = 1, Credentials = _withKey ? new PolymarketCredentials("id", "se\"cret", "pass") : null,
        },
        Venue, record, this, this, Held, Time, new Random(3));

    void IFeedListener.OnLost(Venue venue, int connection, string reason, TimeSpan wait) => Lost.Add(reason);

    void IFeedListener.OnReplaced(Venue venue, int connection, string reason) => Replaced.Add(reason);

    void IFeedListener.OnUnknown(Venue venue, int connection, string kind) => Unknown.Add(kind);

    void IFeedListener.OnChangeOver(Venue venue, int connection, string reason)
    {
    }

    void IFeedRecorder.Connected(Venue venue, int connection, long nowNanos) => Tape.Add((connection, "", null, true, nowNanos));

    void IFeedRecorder.Frame(Venue venue, int connection, string context, ReadOnlySpan<byte> payload, long receivedNanos) =>
        Tape.Add((connection, context, payload.ToArray(), false, receivedNanos));

    void IFeedRecorder.Disconnected(Venue venue, int connection, long nowNanos) => Tape.Add((connection, "", null, false, nowNanos));
}

/// <summary>What somebody holds, as the test says.</summary>
internal sealed class HeldList : List<HeldMarket>, IHeldMarkets
{
    public IReadOnlyList<HeldMarket> Of(Venue venue) => [.. this];
}
