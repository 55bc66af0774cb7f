using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues;

/// <summary>A feed loop, its desk and a scripted venue on virtual time.</summary>
internal sealed class FeedStage : ScriptedStage, IFeedSink, IFeedListener, IFeedRecorder
{
    public FeedStage(Venue venue, int seed, TimeSpan? every = null)
    {
        Symbols = [Symbol.Parse("BTC/USDT"), Symbol.Parse("ETH/USDT")];
        Venue = new ScriptedVenue(Time, venue, Symbols, every ?? TimeSpan.FromMilliseconds(100));
        var options = new FeedOptions(venue, new Uri("wss://venue.test"), new Uri("https://venue.test"), Symbols);
        Desk = new VenueDesk(venue, Symbols, discover: false, options.StaleAfter, this);
        var loop = new FeedLoop(options, Desk, Venue, this, this, Time, new Random(seed));
        Start(loop.RunAsync);
    }

    public ScriptedVenue Venue { get; }

    public VenueDesk Desk { get; }

    public IReadOnlyList<Symbol> Symbols { get; }

    /// <summary>Every change of proof that the sink heard of.</summary>
    public List<(TimeSpan At, Symbol Symbol, BookProof Proof)> Proofs { get; } = [];

    public List<string> Replaced { get; } = [];

    public List<string> ChangedOver { get; } = [];

    public long BookEvents { get; private set; }

    public FeedState StateOf(int symbol = 0) => Desk.Report(Time.UnixNanos())[symbol].State;

    public bool IsLive => Desk.Report(Time.UnixNanos()).All(report => report.State == FeedState.Live && report.Proven);

    protected override int OpenSockets => Venue.OpenSockets;

    void IFeedSink.OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos)
    {
    }

    void IFeedSink.OnBook(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos) => BookEvents++;

    void IFeedSink.OnProof(FeedInstrument instrument, long receivedNanos) =>
        Proofs.Add((Now, instrument.Symbol, instrument.Proof));

    void IFeedListener.OnLost(Venue venue, int connection, string reason, TimeSpan wait)
    {
    }

    void IFeedListener.OnReplaced(Venue venue, int connection, string reason) => Replaced.Add(reason);

    void IFeedListener.OnChangeOver(Venue venue, int connection, string reason) => ChangedOver.Add(reason);

    void IFeedRecorder.Connected(Venue venue, int connection, long nowNanos)
    {
    }

    void IFeedRecorder.Frame(
        Venue venue, int connection, string context, ReadOnlySpan<byte> payload, long receivedNanos)
    {
    }

    void IFeedRecorder.Disconnected(Venue venue, int connection, long nowNanos)
    {
    }
}
