using Strikeline.Crypto;
using Strikeline.Exchange;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>Wallets, orders and what happens between them.</summary>
/// <remarks>Under the floor's lock. The core matches; money and tokens are counted here, as the venue counts
/// them.</remarks>
internal sealed partial class ClobExchange(PolymarketOptions options, long seed, long nowNanos, IClobFeed feed)
{
    // Of both assets in the core: the largest order at the highest price; who has traded it away gets more.
    private const long Plenty = 1L << 47;
    private const long CrowdMicros = 1_000_000_000 * OutcomeUnits.MicrosPerDollar;

    private readonly Dictionary<EthAddress, Wallet> _wallets = [];
    private readonly List<Wallet> _crowd = [];
    private readonly Dictionary<string, OutcomeOrder> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<long, OutcomeOrder> _resting = [];
    private readonly List<HeldOrder> _held = [];
    private readonly HashSet<OutcomeOrder> _ending = [];
    private readonly SeededRandom _ids = new(seed, 21_001);

    /// <summary>The books.</summary>
    public MatchingCore Core { get; } =
        new(OutcomeUnits.LotDecimals, OutcomeUnits.LargestOrder, Plenty, nowNanos);

    public IEnumerable<Wallet> Wallets => _wallets.Values.Concat(_crowd);

    /// <summary>What all wallets were given.</summary>
    public long GivenMicros { get; private set; }

    /// <summary>Fees of all takers.</summary>
    public long FeeMicros { get; private set; }

    /// <summary>Trades that are to fail; asked once for each.</summary>
    public Func<OutcomeMarket, bool> Fails { get; set; } = _ => false;

    public OutcomeOrder? Find(string id) => _orders.GetValueOrDefault(id);

    public bool IsTaken(string id) => _orders.ContainsKey(id);

    /// <summary>The wallet at an address; one that is seen for the first time has paper money.</summary>
    public Wallet WalletAt(EthAddress address, long atNanos)
    {
        if (!_wallets.TryGetValue(address, out var wallet))
        {
            wallet = new Wallet(address, Core.OpenAccount(atNanos), isCrowd: false);
            Give(wallet, options.StartDollars * OutcomeUnits.MicrosPerDollar);
            _wallets[address] = wallet;
        }

        return wallet;
    }

    /// <summary>A wallet of a simulated trader.</summary>
    public Wallet OpenCrowd(long atNanos)
    {
        Span<byte> address = stackalloc byte[EthAddress.Size];
        Fill(address);
        var wallet = new Wallet(EthAddress.Read(address), Core.OpenAccount(atNanos), isCrowd: true);
        Give(wallet, CrowdMicros);
        _crowd.Add(wallet);
        return wallet;
    }

    /// <summary>Paper money for a wallet.</summary>
    public void Give(Wallet wallet, long micros)
    {
        wallet.Micros += micros;
        GivenMicros += micros;
    }

    /// <summary>Makes complete sets out of dollars.</summary>
    public static void Split(Wallet wallet, OutcomeMarket market, long lots)
    {
        wallet.Micros -= lots * OutcomeUnits.MicrosPerLot;
        wallet.Of(market.Tokens[OutcomeMarket.Yes]).Lots += lots;
        wallet.Of(market.Tokens[OutcomeMarket.No]).Lots += lots;
        market.CollateralMicros += lots * OutcomeUnits.MicrosPerLot;
    }

    /// <summary>A random id of 32 bytes.</summary>
    public string NextHash()
    {
        Span<byte> bytes = stackalloc byte[32];
        Fill(bytes);
        return "0x" + Convert.ToHexStringLower(bytes);
    }

    /// <summary>A random id of the form that the venue gives trades, keys and heartbeats.</summary>
    public string NextGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        return new Guid(bytes).ToString();
    }

    /// <summary>Takes an order: it trades, rests, or is held for a moment first.</summary>
    /// <returns>The refusal; null where it was taken.</returns>
    public string? Place(OutcomeOrder order, long atNanos)
    {
        var crosses = Crosses(order);
        if (order.PostOnly && crosses)
        {
            return "invalid post-only order: order crosses book";
        }

        if (!order.Wallet.IsCrowd)
        {
            var wrong = (crosses ? OrderRules.Marketable(order.IsBuy, ValueOf(order)) : null)
                ?? Unaffordable(order, crosses);
            if (wrong is not null)
            {
                return wrong;
            }
        }

        if (order.IsAtOnce && Unmatched(order) is { } unmatched)
        {
            return unmatched;
        }

        if (!order.Wallet.IsCrowd)
        {
            _orders[order.Id] = order;
        }

        order.Remaining = order.Lots;
        if (crosses && order.Market.HoldsTakers && options.TakerHold > TimeSpan.Zero && !order.Wallet.IsCrowd)
        {
            order.State = OrderState.Delayed;
            _held.Add(new HeldOrder(order, atNanos + options.TakerHold.Nanos()));
            feed.OrderChanged(order, OrderNews.Placement);
            return null;
        }

        Execute(order, atNanos);
        return null;
    }

    /// <summary>Takes an order out of its book.</summary>
    /// <returns>Why not; null where it was.</returns>
    public string? Cancel(OutcomeOrder order, long atNanos)
    {
        if (order.State == OrderState.Delayed)
        {
            return "order match delayed due to market conditions";
        }

        if (order.State != OrderState.Live)
        {
            return "order can't be found - already canceled or matched";
        }

        Core.Run(new Command
        {
            Type = CommandType.Cancel,
            AtNanos = atNanos,
            Account = order.Wallet.Account,
            Instrument = order.Market.Instruments[order.Token],
            Target = order.CoreId,
        });
        Leave(order);
        return null;
    }

    /// <summary>Does what is due: held orders, orders that end, transactions.</summary>
    public void Step(long atNanos)
    {
        while (_held.Count > 0 && _held[0].UntilNanos <= atNanos)
        {
            var order = _held[0].Order;
            _held.RemoveAt(0);
            Release(order, atNanos);
        }

        if (_ending.Count > 0)
        {
            foreach (var order in _ending.Where(one => OrderRules.EndNanos(one) <= atNanos).ToArray())
            {
                Cancel(order, atNanos);
            }
        }

        StepTrades(atNanos);
    }

    private void Fill(Span<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] = (byte)(_ids.NextBits() >> 56);
        }
    }

    // Checked once more after the hold: the book has moved, and makers may have gone.
    private void Release(OutcomeOrder order, long atNanos)
    {
        var isOver = !order.Market.IsTradable(atNanos) || order.Price % order.Market.Tick != 0 && !order.IsAtOnce;
        if (isOver || Unaffordable(order, Crosses(order)) is not null
            || (order.IsAtOnce && Unmatched(order) is not null))
        {
            order.State = OrderState.Canceled;
            feed.OrderChanged(order, OrderNews.Cancellation);
            return;
        }

        Execute(order, atNanos);
    }

    private static bool Crosses(OutcomeOrder order)
    {
        var (bid, ask) = order.Market.Best(order.Token);
        return order.IsBuy ? ask != 0 && ask <= order.Price : bid != 0 && bid >= order.Price;
    }

    // What an order that takes is worth: a seller's at the bid that it meets.
    private static long ValueOf(OutcomeOrder order) => order.Budget != 0 ? order.Budget
        : OutcomeUnits.Value(order.IsBuy ? order.Price : order.Market.Best(order.Token).Bid, order.Lots);

    private static string? Unaffordable(OutcomeOrder order, bool crosses)
    {
        var wallet = order.Wallet;
        if (!order.IsBuy)
        {
            var lots = wallet.FreeLots(order.TokenId);
            return lots >= order.Lots ? null
                : "not enough balance / allowance: the balance is not enough -> balance: "
                    + $"{lots * OutcomeUnits.MicrosPerLot}, order amount: {order.Lots * OutcomeUnits.MicrosPerLot}";
        }

        var needed = order.Budget != 0 ? order.Budget : OutcomeUnits.Bound(order.Price, order.Lots);
        if (crosses)
        {
            needed += order.Market.Fees.Most(order.Price, MostLots(order), isBuy: true);
        }

        var micros = wallet.FreeMicros();
        return micros >= needed ? null
            : $"not enough balance / allowance: the balance is not enough -> balance: {micros}, order amount: {needed}";
    }

    // A market buyer gets more where the price is better.
    private static long MostLots(OutcomeOrder order) => order.Budget == 0 ? order.Lots
        : Reachable(order, order.Budget, out _);

    // Why an order that must trade at once will not.
    private static string? Unmatched(OutcomeOrder order)
    {
        var lots = Reachable(order, order.Budget, out var isWhole);
        return lots == 0 && order.Type == "FAK"
                ? "no orders found to match with FAK order. FAK orders are partially filled or killed if no match is "
                    + "found."
            : !isWhole && order.Type == "FOK"
                ? "order couldn't be fully filled. FOK orders are fully filled or killed."
            : null;
    }

    // How many lots the order would get of what stands there now.
    private static long Reachable(OutcomeOrder order, long budget, out bool isWhole)
    {
        long lots = 0;
        var left = budget;
        foreach (var level in order.Market.Levels(order.Token, order.IsBuy ? Side.Sell : Side.Buy))
        {
            if (order.IsBuy ? level.Price > order.Price : level.Price < order.Price)
            {
                break;
            }

            var taken = level.Quantity;
            if (budget != 0)
            {
                taken = Math.Min(taken, left * (OutcomeUnits.Dollar / OutcomeUnits.MicrosPerLot) / level.Price);
                left -= OutcomeUnits.Bound((int)level.Price, taken);
                lots += taken;
                if (taken < level.Quantity)
                {
                    // What is left buys no further lot.
                    isWhole = true;
                    return lots;
                }
            }
            else
            {
                lots += Math.Min(taken, order.Lots - lots);
                if (lots == order.Lots)
                {
                    break;
                }
            }
        }

        isWhole = budget != 0 ? left == 0 : lots == order.Lots;
        return lots;
    }

    private sealed record HeldOrder(OutcomeOrder Order, long UntilNanos);
}
