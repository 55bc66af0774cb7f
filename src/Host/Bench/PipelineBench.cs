using System.Diagnostics;
using System.Globalization;
using System.Text;
using Strikeline.Crypto;
using Strikeline.Host.Composition;
using Strikeline.Host.Web.Broadcast;
using Strikeline.Kernel;
using Strikeline.Prices;
using Strikeline.Strikes;
using Strikeline.Venues;

namespace Strikeline.Host.Bench;

/// <summary>What a step of the way from a frame to a client takes.</summary>
/// <param name="Name">The step.</param>
/// <param name="P50Micros">Median in microseconds.</param>
/// <param name="P99Micros">99th percentile in microseconds.</param>
/// <param name="Count">Measured frames.</param>
internal sealed record PipelineBenchRow(string Name, double P50Micros, double P99Micros, int Count);

/// <summary>
/// The life of a price, measured: a frame that moves the composite, until a client has the new signed ladder in its
/// hands. Production code from the desk to the socket; only the venue's socket is left out.
/// </summary>
internal static class PipelineBench
{
    private const int WarmUp = 300;
    private const int Strikes = 5;

    // Longer than the shortest time between two quotes, and as a feed would: threads go to sleep, caches cool.
    private const int FramePauseMs = 3;
    private const int Expiries = 3;

    /// <summary>How many quotes each frame renews.</summary>
    public const int QuotesPerFrame = Strikes * Expiries;

    public static async Task<IReadOnlyList<PipelineBenchRow>> RunAsync(int frames, Action<string> progress)
    {
        progress("one thread");
        var rows = new List<PipelineBenchRow>(Alone(frames));
        progress("all threads, to a client's socket");
        rows.Add(await WholeAsync(frames));
        return rows;
    }

    // The same steps on one thread, without hand-overs.
    private static IEnumerable<PipelineBenchRow> Alone(int frames)
    {
        using var bench = new Bench();
        var inbox = new KeptTop();
        var desks = bench.Desks(inbox);
        var core = bench.Core(new MarketSinks([]));
        bench.Prime(desks);
        var decoded = new List<double>(frames);
        var quoted = new List<double>(frames);
        for (var i = -WarmUp; i < frames; i++)
        {
            Thread.Sleep(FramePauseMs);
            var (venue, frame) = bench.NextFrame();
            var start = Stopwatch.GetTimestamp();
            desks[venue].Frame(1, frame, string.Empty, bench.Clock.UnixNanos());
            var middle = Stopwatch.GetTimestamp();
            core.OnTop(inbox.Newest, bench.Clock.UnixNanos());
            var end = Stopwatch.GetTimestamp();
            if (i >= 0)
            {
                decoded.Add(Stopwatch.GetElapsedTime(start, middle).TotalMicroseconds);
                quoted.Add(Stopwatch.GetElapsedTime(middle, end).TotalMicroseconds);
            }
        }

        yield return Row("frame to top of book", decoded);
        yield return Row($"composite, ladder, {QuotesPerFrame} signatures", quoted);
    }

    private static async Task<PipelineBenchRow> WholeAsync(int frames)
    {
        using var bench = new Bench();
        Exception? failure = null;
        using var broadcast = new MarketBroadcast(TimeSpan.Zero, bench.Clock, e => failure = e);
        using var cache = new InProcessHotCache(bench.Clock);
        using var cached = new CacheSink([cache]);
        using var meter = new MarketMeter();
        var core = bench.Core(new MarketSinks([cached, broadcast, meter]));
        var late = new LateInbox();
        var desks = bench.Desks(late);
        using var loop = new MarketLoop(core, [.. desks.Values], bench.Clock, e => failure = e);
        late.Target = loop;
        broadcast.Start(core.Ladders, "bench");
        loop.Start();
        await using var server = await BenchServer.StartAsync(app =>
            app.Map("/ws/markets", context => MarketSocket.AcceptAsync(context, broadcast)));
        using var client = await BenchSocket.OpenAsync(server.Port, "/ws/markets");
        bench.Prime(desks);
        var took = new List<double>(frames);
        for (var i = -WarmUp; i < frames && failure is null; i++)
        {
            var (venue, frame) = bench.NextFrame();
            var start = Stopwatch.GetTimestamp();
            desks[venue].Frame(1, frame, string.Empty, bench.Clock.UnixNanos());
            while (client.Read().Span.IndexOf(bench.LastSpotText) < 0)
            {
                // Of an earlier frame.
            }

            if (i >= 0)
            {
                took.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }

            Thread.Sleep(FramePauseMs);
        }

        return failure is null
            ? Row("whole way, frame to client", took)
            : throw new InvalidOperationException("a loop failed", failure);
    }

    private static PipelineBenchRow Row(string name, List<double> micros) =>
        new(name, Percentile.Of(micros, 0.5), Percentile.Of(micros, 0.99), micros.Count);

    private sealed class KeptTop : ITopInbox
    {
        public TopOfBook Newest { get; private set; }

        public void Post(in TopOfBook top) => Newest = top;
    }

    /// <summary>Two venues' books that take turns to follow a seeded walk, and a series on their price.</summary>
    private sealed class Bench : IDisposable
    {
        private const long StartCents = 7_631_599;

        private static readonly Symbol Btc = Symbol.Parse("BTC/USDT");

        private readonly Random _random = new(5);
        private readonly FeedMeter _meter = new();
        private readonly SolanaKeypair _key = new(new byte[Ed25519.SeedSize]);
        private readonly Ed25519Signer _signer;
        private readonly long[] _cents = [StartCents, StartCents];
        private long _target = StartCents;
        private int _sequence;

        public Bench() => _signer = _key.OpenSigner();

        public TimeProvider Clock { get; } = new SteadyClock();

        public byte[] LastSpotText { get; private set; } = [];

        public Dictionary<Venue, VenueDesk> Desks(ITopInbox inbox)
        {
            var desks = new Dictionary<Venue, VenueDesk>();
            foreach (var venue in (ReadOnlySpan<Venue>)[Venue.Coinbase, Venue.Bybit])
            {
                var desk = new VenueDesk(
                    venue, [Btc], discover: false, TimeSpan.FromSeconds(3), new MeterSink(_meter), inbox);
                desk.Connected(1);
                desks.Add(venue, desk);
            }

            return desks;
        }

        public MarketCore Core(IMarketSink sink)
        {
            var composites = new CompositeOptions
            {
                Series = [new CompositeSeries(Btc, [new(Venue.Coinbase, Btc), new(Venue.Bybit, Btc)])],
            };
            var series = new SeriesOptions
            {
                Symbol = Btc, SpacingE8 = 100 * DecimalText.Scale(8), StrikesEachSide = Strikes / 2,
                OpenExpiries = Expiries, MinRenewMs = 1,
            };
            var issuer = new QuoteIssuer(new QuoteTerms("bench"), _signer, 1);
            return new MarketCore(new CompositePrice(composites), new StrikeLoop([series], issuer, sink));
        }

        /// <summary>Gives every venue its first book: from then on each frame moves the composite.</summary>
        public void Prime(Dictionary<Venue, VenueDesk> desks)
        {
            foreach (var _ in desks)
            {
                var (venue, frame) = NextFrame();
                desks[venue].Frame(1, frame, string.Empty, Clock.UnixNanos());
            }
        }

        public (Venue Venue, byte[] Frame) NextFrame()
        {
            var venue = _sequence++ % 2;
            if (venue == 0)
            {
                // Far enough that every quote's probability moves by a tick.
                var step = 2_000 + (2 * _random.Next(200));
                _target += _target > StartCents ? -step : step;
            }

            _cents[venue] = _target;
            var bid = DecimalText.ToText(_target - 1, 2);
            var ask = DecimalText.ToText(_target + 1, 2);
            var spot = DecimalText.ToShortText((_cents[0] + _cents[1]) * 500_000, 8);
            LastSpotText = Encoding.ASCII.GetBytes($"\"spot\":{spot},");
            var frame = venue == 0
                ? "{\"channel\":\"l2_data\",\"client_id\":\"\",\"timestamp\":\"2024-10-04T07:13:31.158696693Z\","
                    + $"\"sequence_num\":{_sequence / 2},\"events\":[{{\"type\":\"snapshot\","
                    + "\"product_id\":\"BTC-USDT\",\"updates\":["
                    + "{\"side\":\"bid\",\"event_time\":\"2024-10-04T07:13:31.1Z\","
                    + $"\"price_level\":\"{bid}\",\"new_quantity\":\"1.5\"}},"
                    + "{\"side\":\"offer\",\"event_time\":\"2024-10-04T07:13:31.1Z\","
                    + $"\"price_level\":\"{ask}\",\"new_quantity\":\"1.5\"}}]}}]}}"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{{\"topic\":\"orderbook.50.BTCUSDT\",\"ts\":{1_733_011_200_691 + _sequence},"
                    + $"\"type\":\"snapshot\",\"data\":{{\"s\":\"BTCUSDT\","
                    + $"\"b\":[[\"{bid}\",\"1.5\"]],\"a\":[[\"{ask}\",\"1.5\"]],"
                    + $"\"u\":{20_254_870 + _sequence},\"seq\":{130_020_239_261 + _sequence}}},"
                    + $"\"cts\":{1_733_011_200_690 + _sequence}}}");
            return (venue == 0 ? Venue.Coinbase : Venue.Bybit, Encoding.ASCII.GetBytes(frame));
        }

        public void Dispose()
        {
            _signer.Dispose();
            _key.Dispose();
            _meter.Dispose();
        }
    }
}
