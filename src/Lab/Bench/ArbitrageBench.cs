using System.Diagnostics;
using Strikeline.Kernel;
using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>What <see cref="ArbitrageBench"/> measures.</summary>
/// <param name="Markets">Markets of two tokens each.</param>
/// <param name="Seconds">Time that is measured of each way.</param>
/// <param name="EventsPerSecond">Pace of the frames whose latency is measured.</param>
/// <param name="Seed">Equal seeds send equal events.</param>
public sealed record ArbitrageBenchOptions(int Markets, int Seconds, int EventsPerSecond, int Seed);

/// <summary>Figures of one way from an event to a signal.</summary>
/// <param name="Name">The way.</param>
/// <param name="Opened">Arbitrages that were opened for an instant.</param>
/// <param name="Signals">Of these, signalled.</param>
/// <param name="P50Micros">Frame received until signal: median in microseconds.</param>
/// <param name="P99Micros">99th percentile.</param>
/// <param name="MaxMicros">The worst.</param>
/// <param name="BytesPerEvent">Allocated bytes of all threads for one frame without a signal.</param>
/// <param name="EventsPerSecond">Frames at full speed until the last is looked at.</param>
public sealed record ArbitrageBenchRow(
    string Name,
    int Opened,
    int Signals,
    double P50Micros,
    double P99Micros,
    double MaxMicros,
    double BytesPerEvent,
    double EventsPerSecond);

/// <summary>
/// From a venue's frame as it comes off the socket to an arbitrage signal: decoder, cache, inbox, and all four
/// strategies, beside a plain implementation of the same in the same process.
/// </summary>
public static class ArbitrageBench
{
    // An arbitrage stays open until the frame after it: every so many frames one opens.
    private const int OpensEvery = 20;
    private const int WarmUpEvents = 300_000;
    private const int FullSpeedEvents = 1_000_000;

    /// <summary>Measures both ways.</summary>
    /// <param name="options">What is measured.</param>
    /// <param name="clock">The system's clock.</param>
    /// <param name="progress">Told what is done now.</param>
    public static IReadOnlyList<ArbitrageBenchRow> Run(
        ArbitrageBenchOptions options, TimeProvider clock, Action<string> progress)
    {
        progress("the room");
        var ours = Room(options, clock);
        progress("JSON, channels and decimals");
        return [ours, Plain(options, clock)];
    }

    private static ArbitrageBenchRow Room(ArbitrageBenchOptions options, TimeProvider clock)
    {
        using var meters = new OutcomeMeter();
        using var strategyMeter = new StrategyMeter();
        using var inbox = new NotificationInbox();
        var cache = new MarketCache(TimeSpan.FromDays(1));
        var feed = new MarketSink(new MarketRouter(cache, inbox, VenueNames.Prediction), meters, clock);
        var readings = new Readings(options);
        Exception? failure = null;
        using var loop = new StrategyLoop(
            inbox,
            cache,
            [
                new CrossOutcomeArbitrage(new CrossOutcomeOptions { CoolDown = TimeSpan.Zero }),
                new NegativeRiskArbitrage(new NegativeRiskOptions()), new LadderConsistency(new LadderOptions()),
                new CrossVenueArbitrage(new CrossVenueOptions()),
            ],
            readings, strategyMeter, clock, e => failure = e);
        loop.Start();
        var decoder = OutcomeDecoders.Of(Venue.Polymarket, feed);
        decoder.Connected(1, clock.UnixNanos());
        var row = Measure(
            "decoder, cache, inbox, 4 strategies", options, clock,
            new Way(
                market => feed.OnMarket(market, clock.UnixNanos()),
                (frame, nowNanos) => decoder.Accept(1, frame, string.Empty, nowNanos), () => inbox.Count == 0),
            readings);
        return failure is null ? row : throw new InvalidOperationException("a strategy failed", failure);
    }

    private static ArbitrageBenchRow Plain(ArbitrageBenchOptions options, TimeProvider clock)
    {
        var readings = new Readings(options);
        using var plain = new PlainArbitrage(readings.Signalled);
        return Measure(
            "JSON objects, channels, decimals", options, clock,
            new Way(plain.Describe, (frame, _) => plain.Accept(frame), () => plain.IsIdle), readings);
    }

    private static ArbitrageBenchRow Measure(
        string name,
        ArbitrageBenchOptions options,
        TimeProvider clock,
        Way way,
        Readings readings)
    {
        var source = new MarketFrames(options.Markets, options.Seed, clock.UnixNanos());
        readings.Begin(source.Markets);
        foreach (var market in source.Markets)
        {
            way.Describe(market);
        }

        foreach (var book in source.Books())
        {
            way.Accept(book, clock.UnixNanos());
        }

        for (var i = 0; i < WarmUpEvents; i++)
        {
            Send(way, source, i % OpensEvery == 0, clock.UnixNanos(), readings);
            WaitFor(way.IsIdle, i % 64 == 0);
        }

        // Compiled code is exchanged for better code in the background after a while.
        Thread.Sleep(TimeSpan.FromMilliseconds(500));
        WaitFor(way.IsIdle, wait: true);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < FullSpeedEvents; i++)
        {
            Send(way, source, opens: false, clock.UnixNanos(), readings);
        }

        WaitFor(way.IsIdle, wait: true);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        var opened = Pace(options, clock, source, way, readings);
        WaitFor(way.IsIdle, wait: true);
        Thread.Sleep(TimeSpan.FromMilliseconds(50));
        return readings.Row(name, opened, bytes / (double)FullSpeedEvents, FullSpeedEvents / seconds);
    }

    private static int Pace(
        ArbitrageBenchOptions options,
        TimeProvider clock,
        MarketFrames source,
        Way way,
        Readings readings)
    {
        readings.Counts = true;
        var opened = 0;
        var total = options.Seconds * options.EventsPerSecond;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < total; i++)
        {
            var due = start + (long)((Int128)i * Stopwatch.Frequency / options.EventsPerSecond);
            while (Stopwatch.GetTimestamp() < due)
            {
                Thread.SpinWait(10);
            }

            opened += i % OpensEvery == 0 ? 1 : 0;
            Send(way, source, i % OpensEvery == 0, clock.UnixNanos(), readings);
        }

        return opened;
    }

    private static void Send(Way way, MarketFrames source, bool opens, long nowNanos, Readings readings)
    {
        var frame = source.Next(opens, nowNanos, out var opened);
        if (opened >= 0)
        {
            readings.Started[opened] = Stopwatch.GetTimestamp();
        }

        way.Accept(frame, nowNanos);
    }

    private static void WaitFor(Func<bool> isIdle, bool wait)
    {
        while (wait && !isIdle())
        {
            Thread.Yield();
        }
    }

    /// <summary>What is measured.</summary>
    /// <param name="Describe">Takes a market, before its first book.</param>
    /// <param name="Accept">Takes a frame.</param>
    /// <param name="IsIdle">True where everything that was taken has been looked at.</param>
    private sealed record Way(Action<OutcomeMarket> Describe, FrameTaker Accept, Func<bool> IsIdle);

    private delegate void FrameTaker(ReadOnlySpan<byte> frame, long nowNanos);

    /// <summary>Takes signals and times them, in the strategies' turn.</summary>
    private sealed class Readings : ISignalSink
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
        private readonly double[] _micros;
        private int _count;
        private volatile bool _counts;

        public Readings(ArbitrageBenchOptions options)
        {
            Started = new long[options.Markets];
            _micros = new double[(options.Seconds * options.EventsPerSecond / OpensEvery) + OpensEvery];
        }

        /// <summary>When the frame came that opened an arbitrage in a market.</summary>
        public long[] Started { get; }

        /// <summary>Set once the measured frames begin.</summary>
        public bool Counts
        {
            set => _counts = value;
        }

        public void Begin(IReadOnlyList<OutcomeMarket> markets)
        {
            for (var i = 0; i < markets.Count; i++)
            {
                _numbers.Add(markets[i].MarketId, i);
            }
        }

        public void OnSignal(TradeSignal signal) => Signalled(signal.Legs[0].Market.MarketId);

        public void OnRefused(TradeSignal signal, string reason)
        {
            // An arbitrage that is over already.
        }

        public void Signalled(string marketId)
        {
            var now = Stopwatch.GetTimestamp();
            ref var started = ref Started[_numbers[marketId]];
            if (_counts && started != 0 && _count < _micros.Length)
            {
                _micros[_count++] = Stopwatch.GetElapsedTime(started, now).TotalMicroseconds;
            }

            // A second look at the same arbitrage is no second signal.
            started = 0;
        }

        public ArbitrageBenchRow Row(string name, int opened, double bytesPerEvent, double eventsPerSecond)
        {
            var sorted = _micros[.._count];
            Array.Sort(sorted);
            double At(double share) =>
                _count == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * _count) - 1, 0, _count - 1)];
            return new ArbitrageBenchRow(
                name, opened, _count, At(0.5), At(0.99), At(1), bytesPerEvent, eventsPerSecond);
        }
    }
}
