using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What the amounts of an order must be before the book is looked at, in the venue's own words.</summary>
/// <remarks>docs.polymarket.com, "Error Codes" and "Orders"; decimals by the venue's clients, market buyers by what the
/// venue was seen to refuse (py-clob-client-v2, issue 99).</remarks>
internal static class OrderRules
{
    private const long MinMarketableMicros = OutcomeUnits.MicrosPerDollar;
    private const int MaxSizeDecimals = 2;
    private const int MaxBoughtDecimals = 4;
    private const int MaxSpentDecimals = 2;
    private const long MillionthsPerLot = 100;

    // An order that says when it ends is cancelled this much earlier.
    private const long EarlySeconds = 60;
    private const long FurthestSeconds = 10L * 366 * 24 * 3600;

    /// <summary>Reads price and size out of the amounts.</summary>
    /// <returns>The refusal; null where there is none.</returns>
    public static string? Read(OrderTicket ticket, OutcomeMarket market, string id, long nowNanos, out OrderSize size)
    {
        size = default;
        var (shares, dollars) = ticket.IsBuy
            ? (ticket.TakerAmount, ticket.MakerAmount)
            : (ticket.MakerAmount, ticket.TakerAmount);
        if (ticket.IsAtOnce && ticket.PostOnly)
        {
            return "invalid post-only order: only GTC and GTD order types are allowed";
        }

        if (shares <= 0 || dollars <= 0 || shares > long.MaxValue / OutcomeUnits.Dollar
            || dollars > long.MaxValue / OutcomeUnits.Dollar)
        {
            return "invalid amounts, maker and taker amount must be higher than 0";
        }

        if (WrongDecimals(ticket, market.Tick, shares, dollars) is { } decimals)
        {
            return decimals;
        }

        var exact = dollars * OutcomeUnits.Dollar;
        var price = ticket.IsBuy ? exact / shares : (exact + shares - 1) / shares;
        var tick = OutcomeUnits.Price(market.Tick);
        if (!ticket.IsAtOnce && (exact % shares != 0 || price % market.Tick != 0))
        {
            return $"order {id} is invalid. Price ({Ratio(dollars, shares)}) breaks minimum tick size rule: {tick}";
        }

        if (price < market.Tick || price > OutcomeUnits.Dollar - market.Tick)
        {
            var most = OutcomeUnits.Price(OutcomeUnits.Dollar - market.Tick);
            return $"invalid price ({Ratio(dollars, shares)}), min: {tick} - max: {most}";
        }

        var lots = shares / MillionthsPerLot;
        if (lots is 0 or > OutcomeUnits.LargestOrder)
        {
            return "invalid amounts, the size is out of range";
        }

        if (!ticket.IsAtOnce && lots < OutcomeMarket.MinLots)
        {
            return $"order {id} is invalid. Size ({OutcomeUnits.Size(lots)}) lower than the minimum: "
                + OutcomeUnits.Size(OutcomeMarket.MinLots);
        }

        var seconds = nowNanos / Stamps.NanosPerSecond;
        var isEnding = ticket.Type == "GTD";
        if (isEnding ? ticket.Expiration <= seconds + EarlySeconds || ticket.Expiration > seconds + FurthestSeconds
            : ticket.Expiration != 0)
        {
            return "invalid expiration";
        }

        size = new OrderSize((int)price, lots, ticket.IsAtOnce && ticket.IsBuy ? dollars : 0);
        return null;
    }

    /// <summary>When an order that ends by itself is cancelled; zero for never.</summary>
    public static long EndNanos(OutcomeOrder order) =>
        order.Type == "GTD" ? (order.Expiration - EarlySeconds) * Stamps.NanosPerSecond : 0;

    /// <summary>Why an order may not take; null where it may.</summary>
    public static string? Marketable(bool isBuy, long micros) => micros >= MinMarketableMicros
        ? null
        : $"invalid amount for a marketable {(isBuy ? "BUY" : "SELL")} order (${OutcomeUnits.Dollars(micros)}), "
            + "min size: $1";

    private static string? WrongDecimals(OrderTicket ticket, int tick, long shares, long dollars)
    {
        var ofDollars = AmountDecimals(tick);
        var ofShares = MaxSizeDecimals;
        if (ticket.IsAtOnce && ticket.IsBuy)
        {
            (ofDollars, ofShares) = (MaxSpentDecimals, MaxBoughtDecimals);
        }

        if (OutcomeUnits.DecimalsOf(shares) <= ofShares && OutcomeUnits.DecimalsOf(dollars) <= ofDollars)
        {
            return null;
        }

        var kind = $"{(ticket.IsAtOnce ? "market" : "limit")} {(ticket.IsBuy ? "buy" : "sell")}";
        var (maker, taker) = ticket.IsBuy ? (ofDollars, ofShares) : (ofShares, ofDollars);
        return $"invalid amounts, the {kind} orders maker amount supports a max accuracy of {maker} decimals, "
            + $"taker amount a max of {taker} decimals";
    }

    private static int AmountDecimals(int tick) => tick switch
    {
        1_000 => 3,
        100 => 4,
        50 or 10 => 5,
        _ => 6,
    };

    private static string Ratio(long dollars, long shares) => DecimalText.ToShortText(
        (long)((Int128)dollars * OutcomeUnits.MicrosPerDollar / shares), OutcomeUnits.MicroDecimals);
}

/// <summary>What the amounts of an order come to.</summary>
/// <param name="Price">The limit in terms of the order's token.</param>
/// <param name="Lots">The size.</param>
/// <param name="Budget">Micros that a market buyer spends; zero for every other order.</param>
internal readonly record struct OrderSize(int Price, long Lots, long Budget);
