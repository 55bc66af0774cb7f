using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>What must hold in the naive book whatever it is told to do.</summary>
public sealed class NaiveCommandsTests
{
    private readonly NaiveBook _book = new();
    private readonly Dictionary<long, NaiveOrder> _asked = [];
    private readonly Dictionary<long, long> _left = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nothing_is_lost_and_nothing_crosses_whatever_is_asked(int seed)
    {
        var commands = new NaiveCommands(seed);
        var kinds = new HashSet<string>();
        for (var i = 0; i < Counts.Of(200_000, 10_000); i++)
        {
            var command = commands.Next();
            _book.Events.Clear();
            command.RunOn(_book);
            Assert.NotEmpty(_book.Events);
            foreach (var e in _book.Events)
            {
                kinds.Add(KindOf(e));
                Apply(command, e);
            }

            Check();
        }

        Assert.Equal(
            [
                "Accepted", "Cancelled ByOwner", "Cancelled NotTaken", "Cancelled SelfTradePrevented",
                "Cancelled WouldNotFill", "Cancelled WouldTrade", "Refilled", "Rejected Contradiction",
                "Rejected PriceOutOfRange", "Rejected QuantityOutOfRange", "Rejected Unchanged",
                "Rejected UnknownOrder", "Rejected WouldNotFill", "Rejected WouldTrade", "Replaced", "Trade", "Triggered",
            ],
            kinds.Order(StringComparer.Ordinal));
    }

    private static string KindOf(NaiveEvent e) => e switch
    {
        NaiveEvent.Rejected rejected => $"Rejected {rejected.Reason}",
        NaiveEvent.Cancelled cancelled => $"Cancelled {cancelled.Reason}",
        _ => e.GetType().Name,
    };

    // The books of account: what came in less what went out.
    private void Apply(NaiveCommand command, NaiveEvent e)
    {
        switch (e)
        {
            case NaiveEvent.Accepted:
                var order = ((NaiveCommand.Place)command).Order;
                _asked.Add(order.Id, order.Copy());
                _left.Add(order.Id, order.Remaining);
                break;
            case NaiveEvent.Replaced replaced:
                _left[replaced.Order] = replaced.Quantity;
                _asked[replaced.Order].SelfTrade = ((NaiveCommand.Replace)command).SelfTrade;
                break;
            case NaiveEvent.Trade trade:
                Assert.True(trade.Quantity > 0);
                Assert.NotEqual(_asked[trade.Taker].Side, _asked[trade.Maker].Side);
                Assert.True(
                    _asked[trade.Taker].Account != _asked[trade.Maker].Account
                    || _asked[trade.Taker].SelfTrade == SelfTrade.Allow);
                _left[trade.Taker] -= trade.Quantity;
                _left[trade.Maker] -= trade.Quantity;
                break;
            case NaiveEvent.Cancelled cancelled:
                Assert.True(cancelled.Quantity > 0);
                _left[cancelled.Order] -= cancelled.Quantity;
                break;
        }
    }

    private void Check()
    {
        foreach (var id in _left.Where(entry => entry.Value == 0).Select(entry => entry.Key).ToList())
        {
            _left.Remove(id);
            _asked.Remove(id);
        }

        var open = _book.Bids.Concat(_book.Asks).Concat(_book.Stops).ToDictionary(order => order.Id, order => order.Remaining);
        Assert.Equal(_left.OrderBy(entry => entry.Key), open.OrderBy(entry => entry.Key));
        Assert.True(_book.Bids.Count == 0 || _book.Asks.Count == 0 || _book.Bids[0].Price < _book.Asks[0].Price);
        Assert.True(_book.Bids.SequenceEqual(_book.Bids.OrderByDescending(order => order.Price)));
        Assert.True(_book.Asks.SequenceEqual(_book.Asks.OrderBy(order => order.Price)));
        Assert.All(_book.Bids.Concat(_book.Asks), order =>
        {
            Assert.InRange(order.Shown, 1, order.Display == 0 ? order.Remaining : Math.Min(order.Display, order.Remaining));
            Assert.True(order.Display > 0 || order.Shown == order.Remaining);
        });
        Assert.DoesNotContain(_book.Stops, order => _book.LastPrice != 0 && order.IsPassedBy(_book.LastPrice));
    }
}
