namespace Strikeline.Exchange;

/// <summary>What the state of a pipeline consists of.</summary>
internal sealed record PipelineParts(
    long Now, OrderPool Orders, Ledger Ledger, OrderBooks Books, SlotHeap<ExpiryPlace> Expiries,
    ClientIds ClientIds, Administration Administration, KeyRing Keys, EventBuffer Events);

/// <summary>The whole state of a pipeline as bytes: equal states give equal bytes, whatever way led to them.</summary>
/// <remarks>
/// What follows from the rest (levels, bitmaps, heaps, hash tables) is left out and made again. The free slots and
/// their order belong to it: they decide the ids of orders to come. Version 2, little-endian, each count before what it
/// counts: magic and version; time and event sequence; orders by slot; the traits of special ones; accounts; assets;
/// supplies; balances; instruments; client ids that are too old, and those that are not; API keys, which version 1 did
/// not have.
/// </remarks>
internal static class PipelineState
{
    private const ulong Magic = 0x0A31_4554_4154_534C; // "LSTATE1\n"
    private const int Version = 2;
    private const int WithoutKeys = 1;
    private const int MostClientIds = 1 << 29;

    public static void Save(StateWriter state, PipelineParts parts)
    {
        state.Write(Magic);
        state.Write(Version);
        state.Write(parts.Now);
        state.Write(parts.Events.Sequence);
        parts.Orders.Save(state);
        SaveTraits(state, parts.Orders);
        SaveLedger(state, parts);
        state.Write(parts.Books.Count);
        for (var i = 0; i < parts.Books.Count; i++)
        {
            var book = parts.Books[i];
            state.Write(InstrumentListing.Of(i, book.Name.ToString(), book.Instrument));
            state.Write((int)book.Status);
            state.Write(book.LastPrice);
            state.Write(book.SetReference);
        }

        state.Write(parts.ClientIds.Spent.Count);
        foreach (var fingerprint in parts.ClientIds.Spent)
        {
            state.Write(fingerprint);
        }

        state.Write(parts.ClientIds.Count);
        foreach (var use in parts.ClientIds.Uses())
        {
            state.Write(use.Account);
            state.Write(use.AtNanos);
            state.Write(use.ClientId);
            state.Write(use.Result);
        }

        state.Write(parts.Keys.Keys.Count);
        foreach (var key in parts.Keys.Keys)
        {
            state.Write(key);
        }
    }

    /// <summary>Takes a state over and says what time it was.</summary>
    public static long Load(ReadOnlySpan<byte> bytes, PipelineParts parts, Func<InstrumentListing, OrderBook> open)
    {
        var state = new StateReader(bytes);
        if (state.Read<ulong>() != Magic)
        {
            throw new StateException("it does not begin as one");
        }

        var version = state.Read<int>();
        if (version is not (Version or WithoutKeys))
        {
            throw new StateException($"it has version {version}; this program reads versions 1 and {Version}");
        }

        var now = state.Read<long>();
        parts.Events.StartAfter(state.Read<long>());
        parts.Orders.Load(ref state);
        LoadTraits(ref state, parts.Orders);
        LoadLedger(ref state, parts);
        var books = state.ReadCount(short.MaxValue);
        for (var i = 0; i < books; i++)
        {
            var book = open(state.Read<InstrumentListing>());
            book.Status = (TradingStatus)state.Read<int>();
            book.LastPrice = state.Read<int>();
            book.SetReference = state.Read<int>();
            parts.Books.Add(book);
        }

        for (var left = state.ReadCount(MostClientIds); left > 0; left--)
        {
            parts.ClientIds.AddSpent(state.Read<ulong>());
        }

        for (var left = state.ReadCount(MostClientIds); left > 0; left--)
        {
            var (account, at) = (state.Read<int>(), state.Read<long>());
            parts.ClientIds.Restore(new ClientIdUse(account, at, state.Read<UInt128>(), state.Read<long>()));
        }

        for (var left = version == WithoutKeys ? 0 : state.ReadCount(KeyRing.MostKeys); left > 0; left--)
        {
            parts.Keys.Restore(state.Read<KeyListing>());
        }

        if (!state.IsAtEnd)
        {
            throw new StateException("more follows than belongs to it");
        }

        Rebuild(parts);
        return now;
    }

    private static void SaveTraits(StateWriter state, OrderPool orders)
    {
        var special = 0;
        for (var slot = 1; slot <= orders.Used; slot++)
        {
            special += IsSpecial(orders, slot) ? 1 : 0;
        }

        state.Write(special);
        for (var slot = 1; slot <= orders.Used; slot++)
        {
            if (IsSpecial(orders, slot))
            {
                ref var traits = ref orders.Traits(slot);
                state.Write(slot);
                state.Write(traits.Hidden);
                state.Write(traits.Display);
                state.Write(traits.ExpiresAt);
                state.Write(traits.Arrived);
                state.Write(traits.StopPrice);
                state.Write((byte)traits.TimeInForce);
                state.Write((byte)traits.SelfTrade);
            }
        }
    }

    private static void LoadTraits(ref StateReader state, OrderPool orders)
    {
        for (var left = state.ReadCount(orders.Used); left > 0; left--)
        {
            var slot = state.ReadCount(orders.Used);
            orders.Traits(slot) = new OrderTraits
            {
                Hidden = state.Read<long>(),
                Display = state.Read<long>(),
                ExpiresAt = state.Read<long>(),
                Arrived = state.Read<long>(),
                StopPrice = state.Read<int>(),
                TimeInForce = (TimeInForce)state.Read<byte>(),
                SelfTrade = (SelfTrade)state.Read<byte>(),
            };
        }
    }

    private static void SaveLedger(StateWriter state, PipelineParts parts)
    {
        var ledger = parts.Ledger;
        state.Write(ledger.Accounts);
        for (var account = 0; account < ledger.Accounts; account++)
        {
            ref var owner = ref ledger.Of(account);
            state.Write(owner.LargestValue);
            state.Write(owner.OpenOrders);
            state.Write(owner.MostOpenOrders);
            state.Write((byte)owner.Status);
        }

        state.Write(ledger.Assets);
        for (var asset = 0; asset < ledger.Assets; asset++)
        {
            state.Write(parts.Administration.Assets[asset]);
            state.Write(ledger.Supplies[asset]);
        }

        for (var account = 0; account < ledger.Accounts; account++)
        {
            state.Write(ledger.BalancesOf(account));
        }
    }

    private static void LoadLedger(ref StateReader state, PipelineParts parts)
    {
        var ledger = parts.Ledger;
        var accounts = state.ReadCount((int)Ledger.MostBalances);
        for (var account = 0; account < accounts; account++)
        {
            if (account > 0 && !ledger.TryAddAccount())
            {
                throw new StateException("more accounts than there is room for");
            }

            ref var owner = ref ledger.Of(account);
            owner.LargestValue = state.Read<long>();
            owner.OpenOrders = state.Read<int>();
            owner.MostOpenOrders = state.Read<int>();
            owner.Status = (TradingStatus)state.Read<byte>();
        }

        var assets = state.ReadCount((int)Ledger.MostBalances);
        for (var asset = 0; asset < assets; asset++)
        {
            if (!ledger.TryAddAsset())
            {
                throw new StateException("more assets than there is room for");
            }

            parts.Administration.Restore(state.Read<AssetListing>());
            ledger.Supplies[asset] = state.Read<Int128>();
        }

        for (var account = 0; account < accounts; account++)
        {
            state.Read<Balance>(assets).CopyTo(ledger.BalancesOf(account));
        }
    }

    // Levels, heaps: from the orders and their links.
    private static void Rebuild(PipelineParts parts)
    {
        var orders = parts.Orders;
        for (var slot = 1; slot <= orders.Used; slot++)
        {
            ref var order = ref orders[slot];
            if (order.Remaining == 0)
            {
                continue;
            }

            if (order.Instrument < 0 || order.Instrument >= parts.Books.Count)
            {
                throw new StateException($"order {orders.IdOf(slot)} is of no instrument");
            }

            var book = parts.Books[order.Instrument];
            if (order.Is(OrderFlags.Waits))
            {
                book.Stops.Add(slot);
            }
            else if (order.Previous == 0)
            {
                Line(book, orders, slot);
            }

            if (order.Is(OrderFlags.Expires))
            {
                parts.Expiries.Add(slot, orders.Traits(slot).ExpiresAt);
            }
        }
    }

    private static void Line(OrderBook book, OrderPool orders, int oldest)
    {
        for (int slot = oldest, next; slot != 0; slot = next)
        {
            next = orders[slot].Next;
            book.Rest(slot, ref orders[slot]);
        }
    }

    private static bool IsSpecial(OrderPool orders, int slot) =>
        orders[slot].Remaining > 0 && orders[slot].Is(OrderFlags.Special);
}
