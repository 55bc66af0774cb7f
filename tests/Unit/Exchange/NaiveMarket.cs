using System.Numerics;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>An instrument of the naive exchange: its book, what orders need, and who pays whom.</summary>
/// <remarks>
/// Rules. A trade moves price × lots × the quote atoms of a tick and lot one way, lots × the base atoms of a lot the
/// other; each side leaves its fee on what it receives to the house, rounded up. The band is measured once for an
/// order:
/// where it enters. A market order by lots may spend what its account has available then, and must be able to pay for
/// one lot of the best price that it may trade at. A stop is paid for at its limit, a market stop at its stop price;
/// when it runs, band, status and money are looked at again.
/// </remarks>
internal sealed class NaiveMarket : INaiveSurroundings
{
    private static readonly BigInteger s_million = 1_000_000;

    private readonly NaiveExchange _exchange;

    public NaiveMarket(NaiveExchange exchange, in InstrumentListing listing)
    {
        (_exchange, Number, Name, Terms) = (exchange, (short)listing.Number, listing.Name, listing.Terms());
        Book = new NaiveBook(this);
    }

    public short Number { get; }

    public ListingName Name { get; }

    public SpotInstrument Terms { get; set; }

    public TradingStatus Status { get; set; }

    /// <summary>What an operator has set; 0 for the last trade.</summary>
    public long Reference { get; set; }

    public NaiveBook Book { get; }

    public long MaxPrice => Terms.MaxPrice;

    public long MaxQuantity => Terms.MaxQuantity;

    /// <summary>The asset that the side pays with.</summary>
    public int Pays(Side side) => side == Side.Buy ? Terms.QuoteAsset : Terms.BaseAsset;

    /// <summary>What lots cost, in atoms of the quote asset.</summary>
    public BigInteger Value(long price, long lots) => (BigInteger)price * lots * Terms.QuoteAtomsPerTickLot;

    /// <summary>What an open order needs.</summary>
    public BigInteger Needs(NaiveOrder order) => Needs(order, order.Price, order.Remaining);

    public bool IsInBand(long price)
    {
        var reference = Reference == 0 ? Book.LastPrice : Reference;
        return Terms.BandPpm == 0 || reference == 0
            || BigInteger.Abs(price - reference) * s_million <= (BigInteger)reference * Terms.BandPpm;
    }

    /// <summary>Why the account may not trade here now.</summary>
    public ReasonCode? Halted(int account) =>
        Status != TradingStatus.Open ? ReasonCode.InstrumentHalted
        : _exchange.Accounts[account].Status != TradingStatus.Open ? ReasonCode.AccountHalted
        : null;

    /// <summary>Why the account does not pay for what an order needs.</summary>
    public ReasonCode? Unpaid(NaiveOrder order) =>
        _exchange.Available(order.Account, Pays(order.Side)) < Needs(order) ? ReasonCode.InsufficientFunds : null;

    public ReasonCode? Refusal(NaiveOrder order) =>
        Halted(order.Account) ?? (order.Price == 0 ? Bound(order)
            : IsInBand(order.Price) ? Unpaid(order)
            : ReasonCode.PriceOutsideBand);

    public ReasonCode? Refusal(NaiveOrder order, long price, long quantity, long stop)
    {
        var largest = _exchange.Accounts[order.Account].LargestValue;
        var likely = Math.Max(price == 0 ? stop : price, order.Side == Side.Sell && Book.Bids is [var bid, ..] ? bid.Price : 0);
        return Halted(order.Account)
            ?? (price != 0 && !IsInBand(price) ? ReasonCode.PriceOutsideBand
            : largest != 0 && Value(likely, quantity) > largest ? ReasonCode.ValueOutOfRange
            : _exchange.Available(order.Account, Pays(order.Side)) + Needs(order) < Needs(order, price == 0 ? stop : price, quantity)
                ? ReasonCode.InsufficientFunds
            : null);
    }

    public void Hear(NaiveEvent heard)
    {
        var orders = _exchange.Orders;
        var e = heard switch
        {
            NaiveEvent.Accepted { Order: var id } => About(EventType.Accepted, id, orders[id].Value ?? orders[id].Remaining),
            NaiveEvent.Cancelled gone => About(EventType.Cancelled, gone.Order, gone.Quantity) with { Reason = gone.Reason },
            NaiveEvent.Replaced now => About(EventType.Amended, now.Order, now.Quantity) with
            {
                Price = (int)now.Price, Maker = orders[now.Order].Price,
            },
            NaiveEvent.Triggered { Order: var id } => About(EventType.Triggered, id, orders[id].Remaining),
            NaiveEvent.Refilled shows => About(EventType.Refilled, shows.Order, shows.Shown),
            NaiveEvent.Trade trade => Settle(trade),
            NaiveEvent.Rejected no => NaiveExchange.Rejection(_exchange.Running, no.Reason),
            _ => throw new InvalidOperationException($"{heard}"),
        };
        _exchange.Say(e);
    }

    private BigInteger Needs(NaiveOrder order, long price, long lots) => order.Side == Side.Buy
        ? Value(price == 0 ? order.Stop : price, lots)
        : (BigInteger)lots * Terms.BaseAtomsPerLot;

    private ExchangeEvent About(EventType type, long id, long quantity)
    {
        var order = _exchange.Orders[id];
        return new ExchangeEvent
        {
            Type = type, Order = id, Account = order.Account, Instrument = Number, Price = (int)order.Price, Quantity = quantity,
        };
    }

    // What a market order may do here.
    private ReasonCode? Bound(NaiveOrder order)
    {
        var reference = Reference == 0 ? Book.LastPrice : Reference;
        if (Terms.BandPpm != 0 && reference != 0)
        {
            var width = (long)((BigInteger)reference * Terms.BandPpm / s_million);
            order.Worst = order.Side == Side.Buy ? reference + width : Math.Max(1, reference - width);
        }

        var available = _exchange.Available(order.Account, Pays(order.Side));
        if (order.Value is { } value)
        {
            order.Budget = value;
            order.Remaining = order.Side == Side.Buy
                ? MaxQuantity
                : (long)BigInteger.Min(MaxQuantity, available / Terms.BaseAtomsPerLot);
            var isCovered = order.Side == Side.Buy ? available >= value : order.Remaining > 0;
            return isCovered ? null : ReasonCode.InsufficientFunds;
        }

        if (order.Side == Side.Sell)
        {
            return Unpaid(order);
        }

        order.Budget = available;
        return Book.Asks is [var best, ..] && order.Reaches(best.Price) && available < Value(best.Price, 1)
            ? ReasonCode.InsufficientFunds
            : null;
    }

    private ExchangeEvent Settle(NaiveEvent.Trade trade)
    {
        var (taker, maker) = (_exchange.Orders[trade.Taker], _exchange.Orders[trade.Maker]);
        var takerPays = Needs(taker, trade.Price, trade.Quantity);
        var makerPays = Needs(maker, trade.Price, trade.Quantity);
        _exchange.Move(taker.Account, Pays(taker.Side), -takerPays);
        _exchange.Move(maker.Account, Pays(maker.Side), -makerPays);
        return About(EventType.Trade, trade.Taker, trade.Quantity) with
        {
            Price = (int)trade.Price,
            Maker = trade.Maker,
            MakerAccount = maker.Account,
            TakerFee = Receive(taker.Account, Pays(maker.Side), makerPays, Terms.TakerFeePpm),
            MakerFee = Receive(maker.Account, Pays(taker.Side), takerPays, Terms.MakerFeePpm),
        };
    }

    private long Receive(int account, int asset, BigInteger atoms, int feePpm)
    {
        var fee = BigInteger.DivRem(atoms * feePpm, s_million, out var rest) + (rest.IsZero ? 0 : 1);
        _exchange.Move(NaiveExchange.House, asset, fee);
        _exchange.Move(account, asset, atoms - fee);
        return (long)fee;
    }
}
