using Strikeline.Exchange;
using Strikeline.Host.Gateway;

namespace Strikeline.Unit.Host;

/// <summary>What came of a command, where orders of others expired before it.</summary>
public sealed class OutcomeTests
{
    private static readonly ExchangeEvent s_expired = new() { Type = EventType.Cancelled, Reason = ReasonCode.Expired, Order = 1 };

    [Fact]
    public void An_order_that_expired_before_it_hides_neither_a_refusal_nor_a_duplicate_nor_its_own_order()
    {
        var refused = new ExchangeEvent { Type = EventType.Rejected, Reason = ReasonCode.InsufficientFunds };
        Assert.Equal(ReasonCode.InsufficientFunds, Of(s_expired, s_expired, refused).Rejected);
        Assert.True(Of(s_expired, new ExchangeEvent { Type = EventType.Duplicate, Order = 2 }).IsDuplicate);
        Assert.Equal(3, Of(s_expired, new ExchangeEvent { Type = EventType.Accepted, Order = 3 }).First.Order);
        Assert.Equal(EventType.None, Of(s_expired).First.Type);
        Assert.Equal(ReasonCode.None, Of().Rejected);
    }

    private static Outcome Of(params ExchangeEvent[] events) => new(events, null, []);
}
