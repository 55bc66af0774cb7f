using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>A feed of Kalshi and the scripted venue on virtual time, with or without a key.</summary>
internal sealed class KalshiStage : ScriptedStage, IFeedListener, IFeedRecorder, IHeldMarkets
{
    private static readonly RSA Rsa = RSA.Create(2_048);

    private readonly KalshiKey? _key;
    private readonly KalshiOptions _options;
    private readonly int _seed;

    public KalshiStage(bool hasKey, int seed = 1, Func<KalshiOptions, KalshiOptions>? change = null, params string[] series)
    {
        series = series.Length == 0 ? ["KXBTC15M", "KXETH15M"] : series;
        Venue = new ScriptedKalshi(Time, series, Rsa);
        _key = hasKey ? KalshiKey.FromPem("key-1", Rsa.ExportPkcs8PrivateKeyPem()) : null;
        var options = KalshiOptions.Production with
        {
            Key = _key, Series = [.. series.Select(KalshiSeries.Of)], Ahead = TimeSpan.FromMinutes(20),
        };
        options = change?.Invoke(options) ?? options;
        (_options, _seed) = (options, seed);
        Start();
    }

    public ScriptedKalshi Venue { get; }

    public OutcomeNotes Notes { get; } = new();

    public KalshiFeed Feed { get; private set; }

    /// <summary>Tickers of markets in which something is held.</summary>
    public List<string> Held { get; } = [];

    public List<string> Replaced { get; } = [];

    public List<(string Reason, TimeSpan Wait)> Lost { get; } = [];

    /// <summary>The tape: marks and frames.</summary>
    public List<(int Connection, string What, byte[] Payload, long Nanos)> Tape { get; } = [];

    public OutcomeReport ReportOf(string token) => Feed.Report().Single(one => one.Key.TokenId == token);

    public bool IsProven(params string[] tickers) => tickers.All(ticker =>
        Feed.Report().Count(one => one.MarketId == ticker && one.Proven) == 2);

    /// <summary>True where the markets of now are proven in all series.</summary>
    public bool IsLive => IsProven([.. Venue.Series.Select((_, i) => Venue.Ticker(i))]);

    /// <summary>Lets the venue stand still for a moment and compares what is proven with it.</summary>
    public void Compare()
    {
        Venue.IsQuiet = true;
        Pass(0.05);

        // A window may just have begun, of which a list behind a back-off tells first.
        Until(() => IsLive, 95);
        Pass(2.5);
        foreach (var report in Feed.Report().Where(one => one.Proven && !one.Key.TokenId.EndsWith(":no", StringComparison.Ordinal)))
        {
            var sides = Venue.Line(report.MarketId).Split('|');
            Assert.Equal(Best(sides[0]), $"{Micros.ToText(report.Bid.Price)}x{Micros.ToText(report.Bid.Quantity)}");
            Assert.Equal(Best(sides[1]), $"{Micros.ToText(report.Ask.Price)}x{Micros.ToText(report.Ask.Quantity)}");
        }

        Venue.IsQuiet = false;
    }

    protected override int OpenSockets => Venue.OpenSockets;

    protected override string Trouble => $"{Feed.Trouble}";

    private static string Best(string side) => side.Trim().Length == 0 ? "0x0" : side.Trim().Split(' ')[0];

    /// <summary>A feed begins, as after a restart of the program.</summary>
    [MemberNotNull(nameof(Feed))]
    public void Start()
    {
        Feed = new KalshiFeed(_options, Venue, Notes, this, this, this, Time, new Random(_seed));
        Start(Feed.RunAsync);
    }

    public override void Dispose()
    {
        base.Dispose();
        _key?.Dispose();
    }

    IReadOnlyList<HeldMarket> IHeldMarkets.Of(Venue venue) =>
        venue == Strikeline.Kernel.Venue.Kalshi ? [.. Held.Select(ticker => new HeldMarket(ticker, ""))] : [];

    void IFeedListener.OnLost(Venue venue, int connection, string reason, TimeSpan wait) => Lost.Add((reason, wait));

    void IFeedListener.OnReplaced(Venue venue, int connection, string reason) => Replaced.Add(reason);

    void IFeedListener.OnChangeOver(Venue venue, int connection, string reason) =>
        throw new InvalidOperationException("this feed has one socket");

    void IFeedRecorder.Connected(Venue venue, int connection, long nowNanos) =>
        Tape.Add((connection, "+", [], nowNanos));

    void IFeedRecorder.Frame(
        Venue venue, int connection, string context, ReadOnlySpan<byte> payload, long receivedNanos) =>
        Tape.Add((connection, context.Length == 0 ? "=" : context, payload.ToArray(), receivedNanos));

    void IFeedRecorder.Disconnected(Venue venue, int connection, long nowNanos) =>
        Tape.Add((connection, "-", [], nowNanos));
}
