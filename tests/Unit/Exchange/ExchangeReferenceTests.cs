using System.Runtime.InteropServices;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>The core and the naive exchange, given the same commands: every event, balance and best price
/// equal.</summary>
public sealed class ExchangeReferenceTests
{
    private static readonly int[] s_tickSteps = [1, 7, 1_000, 60_000];

    [Fact]
    public void Every_event_balance_and_best_price_of_both_is_the_same()
    {
        var types = new int[64];
        var reasons = new int[64];
        for (var seed = 1; seed <= Counts.Of(250, 20); seed++)
        {
            Compare(seed, Counts.Of(20_000, 5_000), types, reasons);
        }

        Assert.All(Enum.GetValues<EventType>()[1..], type => Assert.True(types[(int)type] > 0, $"{type} never happened"));
        Assert.All(
            Enum.GetValues<ReasonCode>().Except([ReasonCode.None, ReasonCode.TooManyAccounts]),
            reason => Assert.True(reasons[(int)reason] > 0, $"{reason} never happened"));
    }

    private static void Compare(int seed, int count, int[] types, int[] reasons)
    {
        var commands = new RandomCommands(seed, s_tickSteps[seed % s_tickSteps.Length], ClientIds.KeptNanos / 2);
        var listings = new RandomListings(seed);
        var both = new Both($"seed {seed}");
        for (var i = 0; i < count; i++)
        {
            if (i % 400 == 399)
            {
                both.RunListing(listings);
            }
            else if (i % 400 == 199)
            {
                both.RunKey(listings, commands.Now);
            }
            else
            {
                both.Run(commands.Next());
            }

            commands.Learn(both.Events);
            foreach (ref readonly var e in both.Events)
            {
                types[(int)e.Type]++;
                reasons[(int)e.Reason]++;
            }
        }
    }

    /// <summary>Two engines side by side.</summary>
    private sealed class Both
    {
        private readonly string _name;
        private readonly EventBuffer _events = new();
        private readonly Pipeline _core;
        private readonly NaiveExchange _naive = new();
        private readonly Dictionary<long, long> _numbers = [];
        private int _run;

        public Both(string name)
        {
            _name = name;
            _core = RandomCommands.Open(_events);
            RandomCommands.Open(_naive.Run, _naive.Run, _naive.Run);
            _naive.Events.Clear();
        }

        public ReadOnlySpan<ExchangeEvent> Events => _events.Events;

        public void Run(Command command)
        {
            Clear();
            _core.Run(command);
            var isAboutAnOrder = command.Type is CommandType.Amend or CommandType.AmendStop or CommandType.Cancel;
            _naive.Run(isAboutAnOrder ? command with { Target = Number(command.Target) } : command);

            // In which order a cancel-all cancels is not promised.
            AreEqual(command.Type == CommandType.CancelAll, command);
        }

        public void RunListing(RandomListings listings)
        {
            Clear();
            if (listings.Next(_naive) is { } instrument)
            {
                _core.Run(instrument);
                _naive.Run(instrument);
                AreEqual(inAnyOrder: false, instrument);
            }
            else
            {
                var asset = listings.NextAsset();
                _core.Run(asset);
                _naive.Run(asset);
                AreEqual(inAnyOrder: false, asset);
            }
        }

        public void RunKey(RandomListings listings, long atNanos)
        {
            Clear();
            var key = listings.NextKey(_naive) with { AtNanos = atNanos };
            _core.Run(key);
            _naive.Run(key);
            AreEqual(inAnyOrder: false, key);
            if (!MemoryMarshal.AsBytes<KeyListing>([.. _core.Keys]).SequenceEqual(MemoryMarshal.AsBytes<KeyListing>([.. _naive.Keys])))
            {
                Fail(key, $"{_core.Keys.Count} keys, naive {_naive.Keys.Count}, not all the same");
            }
        }

        private void Clear()
        {
            _run++;
            _events.Clear();
            _naive.Events.Clear();
        }

        private void AreEqual(bool inAnyOrder, object command)
        {
            var core = _events.Events.ToArray();
            var naive = _naive.Events.ToArray();
            for (var i = 0; i < core.Length; i++)
            {
                if (core[i].Type == EventType.Accepted)
                {
                    _numbers[core[i].Order] = NaiveExchange.FirstOrder + _numbers.Count;
                }

                core[i].Order = Number(core[i].Order);
                core[i].Maker = core[i].Type == EventType.Trade ? Number(core[i].Maker) : core[i].Maker;
                Assert.True(i == 0 || core[i].Sequence == core[i - 1].Sequence + 1, "a sequence has a gap");
            }

            if (inAnyOrder)
            {
                (core, naive) = (ByOrder(core), ByOrder(naive));
            }

            if (!MemoryMarshal.AsBytes(core).SequenceEqual(MemoryMarshal.AsBytes(naive)))
            {
                Fail(command, string.Join("\n  ", ["core:", .. core.Select(Text.Of), "naive:", .. naive.Select(Text.Of)]));
            }

            for (short i = 0; i < _core.Instruments; i++)
            {
                var book = _naive.Markets[i].Book;
                var best = (Bid: (int)(book.Bids is [var bid, ..] ? bid.Price : 0), Ask: (int)(book.Asks is [var ask, ..] ? ask.Price : 0));
                if (_core.Best(i) != best || _core.Instrument(i).Status != _naive.Markets[i].Status)
                {
                    Fail(command, $"instrument {i}: core {_core.Best(i)} {_core.Instrument(i).Status}, naive {best} {_naive.Markets[i].Status}");
                }
            }

            Balances(command);
        }

        private void Balances(object command)
        {
            if ((_core.Accounts, _core.Assets.Count) != (_naive.Accounts.Count, _naive.Assets))
            {
                Fail(command, $"{_core.Accounts} accounts and {_core.Assets.Count} assets, naive {_naive.Accounts.Count} and {_naive.Assets}");
            }

            var held = _naive.Held();
            for (var account = 0; account < _core.Accounts; account++)
            {
                for (var asset = 0; asset < _core.Assets.Count; asset++)
                {
                    var balance = _core.Balance(account, asset);
                    var owned = _naive.Accounts[account].Owned.GetValueOrDefault(asset);
                    if (balance.Held != held[account, asset] || (Int128)balance.Available + balance.Held != owned)
                    {
                        Fail(command, $"account {account}, asset {asset}: {balance}, naive {owned} with {held[account, asset]} held");
                    }
                }
            }
        }

        private static ExchangeEvent[] ByOrder(ExchangeEvent[] events) =>
            [.. events.Select(e => e with { Sequence = 0 }).OrderBy(e => e.Reason).ThenBy(e => e.Order)];

        private long Number(long id) => _numbers.GetValueOrDefault(id, id);

        private void Fail(object command, string difference) =>
            Assert.Fail($"{_name}, command {_run}: {Text.Of(command)}\n  {difference}");
    }
}
