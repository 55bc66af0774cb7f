using Strikeline.Exchange;
using Strikeline.Unit.Exchange.Access;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Exchange;

/// <summary>Random commands on a small market, every rule recomputed after each of them.</summary>
[Collection(Alone.Name)]
public sealed class PipelineTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1_000)]
    [InlineData(3, 60_000)]
    public void Every_rule_holds_after_every_command(int seed, int tickStep)
    {
        var events = new EventBuffer(8);
        var pipeline = RandomCommands.Open(events);
        var commands = new RandomCommands(seed, tickStep);
        var kinds = new int[64];
        var reasons = new int[64];
        var sequence = events.Sequence;
        for (var i = 0; i < Counts.Of(300_000, 20_000); i++)
        {
            pipeline.Run(commands.Next());
            foreach (var e in events.Events)
            {
                Assert.Equal(++sequence, e.Sequence);
                kinds[(int)e.Type]++;
                reasons[(int)e.Reason]++;
                Assert.False(
                    e.Type == EventType.Trade && e.Account == e.MakerAccount && e.Account != RandomCommands.Permissive,
                    "only one account allows trades with itself");
            }

            commands.Learn(events.Events);
            events.Clear();
            Assert.True(pipeline.Audit() is null, $"after command {i}: {pipeline.Audit()}");
            Assert.Null(pipeline.Breach);
        }

        Assert.True(kinds[(int)EventType.Trade] > 1_000, $"{kinds[(int)EventType.Trade]}");
        for (var type = EventType.Accepted; type <= EventType.ReferenceSet; type++)
        {
            Assert.True(kinds[(int)type] > 0 || type == EventType.AccountOpened, $"{type} never happened");
        }

        ReasonCode[] elsewhere = [ReasonCode.ClientIdTooOld, ReasonCode.TooManyAccounts, ReasonCode.ImpossibleTerms, ReasonCode.TooManyOrders];
        for (var reason = ReasonCode.UnknownCommand; reason <= ReasonCode.ImpossibleTerms; reason++)
        {
            Assert.True(reasons[(int)reason] > 0 || elsewhere.Contains(reason), $"{reason} never happened");
        }
    }

    [Fact]
    public void Once_warm_no_command_allocates()
    {
        var events = new EventBuffer();
        var pipeline = RandomCommands.Open(events);
        var generator = new RandomCommands(5);
        var commands = Enumerable.Range(0, 6_000).Select(_ => Next()).ToArray();
        Pass();
        Assert.Equal(0, Allocated.By(Pass));

        Command Next()
        {
            var command = generator.Next();
            pipeline.Run(command);
            generator.Learn(events.Events);
            events.Clear();
            return command;
        }

        void Pass()
        {
            foreach (ref readonly var command in commands.AsSpan())
            {
                pipeline.Run(command);
                events.Clear();
            }
        }
    }

    [Fact]
    public void Equal_commands_give_equal_events()
    {
        Assert.Equal(Everything(7), Everything(7));
        Assert.NotEqual(Everything(7), Everything(8));
    }

    [Fact]
    public void Whatever_waits_behind_a_command_its_events_are_the_same()
    {
        Assert.Equal(Everything(9), Everything(9, others: 40));
        var empty = new Pipeline(new PipelineOptions(), new EventBuffer());
        var commands = Enumerable.Range(0, 40).Select(_ => new RandomCommands(1).Next()).ToArray();
        empty.Run(commands, new int[40]);
        Assert.Equal(0, empty.OpenOrders);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_state_that_was_saved_and_loaded_goes_on_the_same(int seed)
    {
        var (events, copyEvents) = (new EventBuffer(), new EventBuffer());
        var (pipeline, copy) = (RandomCommands.Open(events), RandomCommands.Open(copyEvents));
        var commands = new RandomCommands(seed);
        var state = new StateWriter();
        var other = new StateWriter();
        var most = 0;
        for (var i = 0; i < Counts.Of(40, 8); i++)
        {
            for (var j = 0; j < 500; j++)
            {
                var command = commands.Next();
                pipeline.Run(command);
                copy.Run(command);
                Assert.Equal(events.Events.ToArray(), copyEvents.Events.ToArray());
                commands.Learn(events.Events);
                events.Clear();
                copyEvents.Clear();
            }

            most = Math.Max(most, pipeline.OpenOrders);
            state.Clear();
            other.Clear();
            pipeline.Save(state);
            copy.Save(other);
            Assert.Equal(state.Bytes, other.Bytes);

            copyEvents = new EventBuffer();
            copy = new Pipeline(new PipelineOptions { ExpectedOrders = 2, Secret = (UInt128)i }, copyEvents);
            copy.Load(state.Bytes);
            Assert.Null(copy.Audit());
            other.Clear();
            copy.Save(other);
            Assert.Equal(state.Bytes, other.Bytes);
        }

        Assert.True(most > 10, $"{most}");
    }

    [Fact]
    public void A_state_that_was_cut_or_is_of_another_kind_is_refused()
    {
        var pipeline = RandomCommands.Open(new EventBuffer());
        pipeline.Run(KeyTests.Key(1));
        var bytes = StateOf(pipeline);
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<StateException>(() => Fresh().Load(cut));
        }

        Assert.Throws<StateException>(() => Fresh().Load([.. bytes, 0]));
        bytes[8] = 3;
        Assert.Contains("version 3", Assert.Throws<StateException>(() => Fresh().Load(bytes)).Message);

        static Pipeline Fresh() => new(new PipelineOptions(), new EventBuffer());
    }

    [Fact]
    public void A_state_of_version_1_is_read_and_has_no_keys()
    {
        var (events, laterEvents) = (new EventBuffer(), new EventBuffer());
        var (pipeline, commands) = (RandomCommands.Open(events), new RandomCommands(11));
        RunSome();
        var current = StateOf(pipeline);

        // Version 1 ended before the number of keys.
        byte[] first = [.. current.AsSpan(0, current.Length - sizeof(int))];
        first[8] = 1;
        var read = new Pipeline(new PipelineOptions(), laterEvents);
        read.Load(first);
        Assert.Empty(read.Keys);
        Assert.True(read.OpenOrders > 5, $"{read.OpenOrders}");
        Assert.Equal(current, StateOf(read));
        Assert.Null(read.Audit());
        read.Run(KeyTests.Key(1));
        Assert.Equal(EventType.KeyListed, laterEvents.Events[0].Type);

        byte[] asFirst = [.. current];
        asFirst[8] = 1;
        Assert.Contains("more follows", Assert.Throws<StateException>(() => new Pipeline(new PipelineOptions(), new EventBuffer()).Load(asFirst)).Message);

        void RunSome()
        {
            for (var i = 0; i < 3_000; i++)
            {
                pipeline.Run(commands.Next());
                commands.Learn(events.Events);
                events.Clear();
            }
        }
    }

    private static byte[] StateOf(Pipeline pipeline)
    {
        var state = new StateWriter();
        pipeline.Save(state);
        return state.Bytes.ToArray();
    }

    private static List<ExchangeEvent> Everything(int seed, int others = 0)
    {
        var events = new EventBuffer();
        var pipeline = RandomCommands.Open(events);
        var commands = new RandomCommands(seed);
        var all = new List<ExchangeEvent>();
        for (var i = 0; i < 5_000; i++)
        {
            // Those behind are looked at ahead, whatever they are, and do not run.
            Command[] waiting = [commands.Next(), .. Enumerable.Range(0, others).Select(_ => new RandomCommands(i).Next())];
            pipeline.Run(waiting, 0);
            commands.Learn(events.Events);
            all.AddRange(events.Events);
            events.Clear();
        }

        return all;
    }
}
