using System.Runtime.ExceptionServices;
using Strikeline.Exchange;
using Strikeline.Unit.Exchange.Shards;
using Strikeline.Unit.Journal;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Exchange.MarketData;

/// <summary>Hears of a command that ran on both engines.</summary>
/// <param name="command">The command; of a listing its time alone.</param>
/// <param name="events">What came of it.</param>
internal delegate void CommandHeard(in Command command, ReadOnlySpan<ExchangeEvent> events);

/// <summary>A shard in virtual time, given random commands in pages of random sizes, and the naive exchange, given the
/// same as the pages come out.</summary>
internal sealed class PagedMarket : IShardOutput, IDisposable
{
    private const int MostNanosPerCommand = 1_000;

    private readonly Shard _shard;
    private readonly VirtualTime _clock = new();
    private readonly RandomCommands _commands;
    private readonly RandomListings _listings;
    private readonly Random _random;
    private readonly int _tickStep;
    private readonly Queue<Action> _listed = new();
    private readonly Dictionary<long, long> _numbers = [];
    private ExceptionDispatchInfo? _difference;
    private bool _isIdle;

    public PagedMarket(int seed, int tickStep)
    {
        _commands = new RandomCommands(seed, tickStep);
        (_listings, _random, _tickStep) = (new RandomListings(seed), new Random(seed), tickStep);
        _shard = Shard.Open(new SimulatedJournalDisk(), ShardDesk.Small with { SnapshotEvery = int.MaxValue }, this, _clock);
        Core = _shard.Ask(pipeline => pipeline);
        RandomCommands.Open(List, List, command => Run([command]));
    }

    /// <summary>Only to be read, between turns.</summary>
    public Pipeline Core { get; }

    public NaiveExchange Naive { get; } = new();

    public CommandHeard? AfterCommand { get; set; }

    public Action<ShardPage>? AfterPage { get; set; }

    /// <summary>Pages that held nothing but a tick of the shard's own.</summary>
    public int Ticks { get; private set; }

    /// <summary>The naive exchange's order.</summary>
    public NaiveOrder Order(long id) => Naive.Orders[_numbers[id]];

    /// <summary>The naive exchange's number of an order.</summary>
    public long Number(long id) => _numbers.GetValueOrDefault(id, id);

    /// <summary>A page of commands, a listing, or a while in which nothing is asked for.</summary>
    /// <returns>How many commands.</returns>
    public int Turn()
    {
        switch (_random.Next(60))
        {
            case 0:
                Pass(400);
                _isIdle = true;
                Drain();
                _isIdle = false;
                return 0;
            case 1:
                Pass(20);
                RunListing();
                return 0;
            case < 6:
                RunPoor();
                return 2;
            default:
                var count = 1 + _random.Next(_random.Next(10) == 0 ? ShardPage.MostCommands : 6);
                Pass(count);
                var now = _clock.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks;
                var commands = Enumerable.Range(0, count).Select(_ => _commands.Next()).ToArray();
                foreach (ref var command in commands.AsSpan())
                {
                    // As far ahead of the shard's time as it was of the generator's.
                    command.ExpiresAtNanos += command.ExpiresAtNanos == 0 ? 0 : (now * 100) - command.AtNanos;
                }

                Run(commands);
                return count;
        }
    }

    public void Deliver(ShardPage page)
    {
        try
        {
            Hear(page);
        }
        catch (Exception difference)
        {
            // The journal would take it for a failure of its own.
            _difference = ExceptionDispatchInfo.Capture(difference);
            throw;
        }
    }

    public void Refuse(ReadOnlySpan<long> tags, ShardRefusal refusal, string reason)
    {
        _difference?.Throw();
        Assert.Fail(reason);
    }

    public void Dispose() => _shard.Dispose();

    private void Hear(ShardPage page)
    {
        if (page.Count == 0)
        {
            Naive.Events.Clear();
            _listed.Dequeue()();
            AfterCommand?.Invoke(new Command { AtNanos = page.AtNanos }, page.Events);
        }

        Ticks += _isIdle ? 1 : 0;
        for (var i = 0; i < page.Count; i++)
        {
            Naive.Events.Clear();
            var command = page.Commands[i];
            Naive.Run(command.Type is CommandType.Amend or CommandType.AmendStop or CommandType.Cancel ? command with { Target = Number(command.Target) } : command);
            foreach (ref readonly var e in page.EventsOf(i))
            {
                if (e.Type == EventType.Accepted)
                {
                    _numbers[e.Order] = NaiveExchange.FirstOrder + _numbers.Count;
                }
            }

            AfterCommand?.Invoke(command, page.EventsOf(i));
        }

        _commands.Learn(page.Events);
        AfterPage?.Invoke(page);
    }

    private void Run(Command[] commands)
    {
        Assert.Equal(ShardSubmit.Taken, _shard.TrySubmit(commands, new long[commands.Length]));
        Drain();
    }

    // What is due when a listing comes expires in its page.
    private void RunListing()
    {
        var now = (_clock.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks) * 100;
        if (_random.Next(2) == 0)
        {
            var key = _listings.NextKey(Naive) with { AtNanos = now };
            _listed.Enqueue(() => Naive.Run(key));
            _shard.Submit(key);
        }
        else if (_listings.Next(Naive) is { } instrument)
        {
            List(instrument with { AtNanos = now });
        }
        else
        {
            List(_listings.NextAsset() with { AtNanos = now });
        }

        Drain();
    }

    // An account that can just pay for a few lots, or for a market stop at its stop price, which the market has left.
    private void RunPoor()
    {
        var (account, instrument) = (_random.Next(RandomCommands.Accounts), (short)_random.Next(2));
        var terms = Core.Instrument(instrument).Terms;
        var (isStop, lots, stop) = (_random.Next(2) == 0, 1 + _random.Next(4), _tickStep * (1 + _random.Next(3)));
        var needed = isStop ? stop * lots * terms.QuoteAtomsPerTickLot : lots * terms.BaseAtomsPerLot;
        var asset = isStop ? terms.QuoteAsset : terms.BaseAsset;
        Run([new Command
        {
            Type = CommandType.Withdraw, Account = account, Target = asset, Quantity = Core.Balance(account, asset).Available - needed,
        }]);
        Pass(60);
        var place = new Command { Type = CommandType.Place, Account = account, Instrument = instrument, TimeInForce = TimeInForce.Ioc };
        place.SelfTrade = account == RandomCommands.Permissive ? SelfTrade.Allow : SelfTrade.CancelOldest;
        Run([isStop
            ? place with { Kind = OrderKind.Market, Quantity = lots, StopPrice = stop }
            : place with { Kind = OrderKind.MarketByValue, Side = Side.Sell, Quantity = 1L << 40 }]);
    }

    private void List(AssetListing asset)
    {
        _listed.Enqueue(() => Naive.Run(asset));
        _shard.Submit(asset);
        Drain();
    }

    private void List(InstrumentListing instrument)
    {
        _listed.Enqueue(() => Naive.Run(instrument));
        _shard.Submit(instrument);
        Drain();
    }

    private void Drain()
    {
        while (_shard.Step() || _shard.StepJournal())
        {
            _difference?.Throw();
        }

        _difference?.Throw();
    }

    private void Pass(int commands) => _clock.Pass(TimeSpan.FromTicks(_random.Next(commands * MostNanosPerCommand) / 100));
}
