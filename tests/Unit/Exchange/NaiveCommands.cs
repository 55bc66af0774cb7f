using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>A command in the words of the naive book, so that two engines can be given the same one.</summary>
internal abstract record NaiveCommand
{
    public abstract void RunOn(NaiveBook book);

    /// <summary>The order is copied for the book and stays as it was asked for.</summary>
    public sealed record Place(NaiveOrder Order) : NaiveCommand
    {
        public override void RunOn(NaiveBook book) => book.Place(Order.Copy());
    }

    public sealed record Cancel(long Id, int Account) : NaiveCommand
    {
        public override void RunOn(NaiveBook book) => book.Cancel(Id, Account);
    }

    public sealed record Replace(long Id, int Account, long Price, long Quantity, SelfTrade SelfTrade) : NaiveCommand
    {
        public override void RunOn(NaiveBook book) => book.Replace(Id, Account, Price, Quantity, SelfTrade);
    }
}

/// <summary>Seeded commands of every kind around one price, among few accounts, some of them wrong.</summary>
internal sealed class NaiveCommands(int seed)
{
    private const long Middle = 1_000;
    private const int Near = 12;
    private const int Accounts = 4;
    private const int Remembered = 120;

    private readonly Random _random = new(seed);
    private readonly List<NaiveOrder> _placed = [];
    private long _lastId;

    public NaiveCommand Next()
    {
        if (_placed.Count == Remembered)
        {
            // Every order is cancelled some day, so that the book stays small.
            var old = _placed[0];
            _placed.RemoveAt(0);
            return new NaiveCommand.Cancel(old.Id, old.Account);
        }

        var kind = _random.Next(100);
        if (kind < 50 || _placed.Count == 0)
        {
            _placed.Add(Order());
            return new NaiveCommand.Place(_placed[^1]);
        }

        var target = _placed[_random.Next(_placed.Count)];
        var account = OneIn(20) ? 1 + _random.Next(Accounts) : target.Account;
        return kind < 65
            ? new NaiveCommand.Cancel(target.Id, account)
            : new NaiveCommand.Replace(
                target.Id, account,
                OneIn(3) || target.Price == 0 ? target.Price : Price(), OneIn(3) ? target.Remaining : Lots(), SelfTrade());
    }

    private NaiveOrder Order()
    {
        var isMarket = OneIn(8);
        var life = isMarket
            ? (OneIn(3) ? TimeInForce.Fok : TimeInForce.Ioc)
            : OneIn(2) ? (TimeInForce)_random.Next(4) : TimeInForce.Gtc;
        var quantity = OneIn(10) ? 10 * Lots() : Lots();
        return new NaiveOrder
        {
            Id = ++_lastId, Account = 1 + _random.Next(Accounts), Side = (Side)_random.Next(2), Life = OneIn(40) ? TimeInForce.Gtc : life,
            Price = isMarket ? 0 : Price(), Remaining = quantity, SelfTrade = SelfTrade(),
            Display = OneIn(5) ? Lots() : 0, Stop = OneIn(6) ? Price() : 0,
        };
    }

    private long Price() => OneIn(200) ? -1 : Middle + _random.Next(-Near, Near + 1);

    private long Lots() => OneIn(200) ? 0 : 1 + _random.Next(30);

    private SelfTrade SelfTrade() => (SelfTrade)_random.Next(5);

    private bool OneIn(int count) => _random.Next(count) == 0;
}
