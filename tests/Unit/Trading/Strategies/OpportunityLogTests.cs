using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Strikeline.Trading;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading;

/// <summary>What is kept of opportunities, and how it is told.</summary>
public sealed class OpportunityLogTests
{
    private static readonly OutcomeMarket s_market = Scenes.Market(Venue.Polymarket, "m");

    [Fact]
    public void The_newest_are_kept_and_all_are_counted()
    {
        var log = new OpportunityLog(3);
        for (var i = 0; i < 5; i++)
        {
            log.Seen(Signal());
            log.Add(new Opportunity(i, Signal(), i == 4, i == 4 ? "FILLED" : "FEES"));
        }

        // The taken one does not count among the refused.
        Assert.Equal([4L, 3L, 2L, 1L], log.Newest(10).Select(one => one.AtNanos));
        Assert.Equal([4L], log.Newest(1).Select(one => one.AtNanos));
        Assert.Equal(
            [
                new OpportunityCount("s", "polymarket", "", 5, 1, 4), new OpportunityCount("s", "polymarket", "FEES", 0, 0, 4),
                new OpportunityCount("s", "polymarket", "FILLED", 0, 1, 0),
            ],
            log.Counts());
    }

    [Fact]
    public void What_is_said_again_of_a_signal_replaces_what_was_said_before()
    {
        var log = new OpportunityLog(3);
        var signal = Signal();
        log.Seen(signal);
        log.Add(new Opportunity(1, signal, true, "ENTERED"));
        log.Add(new Opportunity(2, Signal(), false, "FEES"));
        log.Add(new Opportunity(1, signal, true, "DONE"));
        Assert.Equal([("FEES", false), ("DONE", true)], log.Newest(10).Select(one => (one.Reason, one.Taken)));
        log.Add(new Opportunity(1, signal, false, "NO_FILL"));
        Assert.Equal([("FEES", false), ("NO_FILL", false)], log.Newest(10).Select(one => (one.Reason, one.Taken)));
        Assert.Equal((2L, new OpportunityCount("s", "polymarket", "", 1, 0, 2)), (log.Added, log.Counts()[0]));
        Assert.Equal(0, log.Counts().Single(row => row.Reason == "DONE").Taken);
    }

    [Fact]
    public void Reasons_without_end_are_counted_together()
    {
        var log = new OpportunityLog(1);
        for (var i = 0; i < OpportunityLog.MostRows + 100; i++)
        {
            log.Add(new Opportunity(i, Signal(), false, $"R{i}"));
        }

        Assert.True(log.Counts().Length <= OpportunityLog.MostRows + 1);
        Assert.Equal(OpportunityLog.MostRows + 100, log.Counts().Where(row => row.Reason.Length > 0).Sum(row => row.Refused));
    }

    [Fact]
    public void A_sink_before_the_executor_keeps_what_strategies_refuse()
    {
        var log = new OpportunityLog(10);
        var next = new Kept();
        var clock = new StageClock();
        var sink = log.Before(next, clock);
        sink.OnSignal(Signal());
        sink.OnRefused(Signal(), "DEPTH");
        Assert.Equal(["signal", "DEPTH"], next.Said);
        Assert.Equal((clock.Now, "DEPTH"), (log.Newest(10).Single().AtNanos, log.Newest(10).Single().Reason));
        Assert.Equal(new OpportunityCount("s", "polymarket", "", 2, 0, 1), log.Counts()[0]);
    }

    [Fact]
    public void Json_and_csv_have_amounts_as_text()
    {
        var opportunity = new Opportunity(1_790_000_000_123_456_789, Signal() with { Detail = "a, \"b\"" }, true, "FILLED");
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            OpportunityText.Write(writer, [opportunity]);
        }

        Assert.Equal(
            """[{"at":1790000000123,"strategy":"s","venue":"polymarket","market":"m","legs":["""
            + """{"token_id":"m:yes","side":"buy","price":"0.42","size":"40"},{"token_id":"m:no","side":"buy","price":"0.5","size":"40"}]"""
            + ""","edge":"0.08","edge_after_fees":"0.0425","profit":"1.7","taken":true,"reason":"FILLED","detail":"a, \u0022b\u0022"}]""",
            Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Equal(
            "1790000000123,s,polymarket,m,buy:m:yes@0.42x40 buy:m:no@0.5x40,0.08,0.0425,1.7,true,FILLED,\"a, \"\"b\"\"\"",
            OpportunityText.CsvRow(opportunity));
        Assert.Equal(11, OpportunityText.CsvHeader.Split(',').Length);
    }

    [Fact]
    public void Many_threads_read_while_others_add()
    {
        var log = new OpportunityLog(16);
        var writers = Enumerable.Range(0, 3).Select(n => new Thread(() =>
        {
            for (var i = 0; i < 3_000; i++)
            {
                log.Add(new Opportunity(i, Signal(), false, $"R{n}"));
            }
        })).ToList();
        writers.ForEach(writer => writer.Start());
        while (writers.Exists(writer => writer.IsAlive))
        {
            Assert.All(log.Newest(16), Assert.NotNull);
        }

        Assert.Equal((9_000L, 9_000L), (log.Added, log.Counts()[0].Refused));
    }

    [Fact]
    public void Signals_are_measured_by_strategy_and_venue()
    {
        using var meter = new StrategyMeter();
        var seen = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Strikeline.Trading")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        void Say<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        {
            // Tests beside this one measure, too.
            if (tags[0].Value is "s")
            {
                seen.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
            }
        }

        listener.SetMeasurementEventCallback<long>(Say);
        listener.SetMeasurementEventCallback<double>(Say);
        listener.Start();
        meter.Count(Signal(), TimeSpan.FromMicroseconds(7));
        Assert.Equal(
            [
                "strategy_signals_total 1 strategy=s venue=polymarket", "strategy_signal_edge 0.0425 strategy=s",
                "strategy_received_to_signal_us 7 strategy=s",
            ],
            seen);
    }

    private static TradeSignal Signal() => new()
    {
        Strategy = "s", Kind = SignalKind.BuySet, PayoutPpm = Micros.One, EdgePpm = 80_000, EdgeAfterFeesPpm = 42_500, ProfitMicros = 1_700_000,
        ReceivedNanos = 1,
        Legs = ImmutableArray.Create(
            new SignalLeg(s_market, s_market.Yes, Side.Buy, 420_000, 40 * Micros.One, 420_000, 1),
            new SignalLeg(s_market, s_market.No, Side.Buy, 500_000, 40 * Micros.One, 500_000, 1)),
    };

    private sealed class Kept : ISignalSink
    {
        public List<string> Said { get; } = [];

        public void OnSignal(TradeSignal signal) => Said.Add("signal");

        public void OnRefused(TradeSignal signal, string reason) => Said.Add(reason);
    }
}
