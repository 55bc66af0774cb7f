namespace Strikeline.SystemTests.Exchange;

/// <summary>What the tests' exchange lists, and a seeded crowd that asks for everything that can be asked for.</summary>
internal sealed class Market(int seed)
{
    /// <summary>Accounts that have money from the beginning, numbered from 1; 0 is the house.</summary>
    public const int Accounts = 8;

    /// <summary>Assets, numbered from 0.</summary>
    public const int Assets = 3;

    /// <summary>The quote asset of both instruments.</summary>
    public const int Quote = 1;

    private const int Known = 512;
    private const int Middle = 500;

    // Far enough that no order ends by itself: what time does depends on when it is asked.
    private const long Never = 4_102_444_800_000_000_000;

    private readonly Random _random = new(seed);
    private readonly List<Asked> _placed = [];
    private readonly List<Asked> _once = [];
    private ulong _names;

    /// <summary>The listings, in this order: records 1 to 5 of the journal.</summary>
    public static string[] Listings { get; } =
    [
        """{"type":"list_asset","name":"SOL","decimals":9}""",
        """{"type":"list_asset","name":"USDC","decimals":6}""",
        """{"type":"list_asset","name":"ETH","decimals":9}""",
        """
        {"type":"list_instrument","number":0,"name":"SOL/USDC","base":0,"quote":1,"base_atoms_per_lot":1000,
        "quote_atoms_per_tick_lot":10,"max_price":1000,"max_quantity":100000,"maker_fee_ppm":150,"taker_fee_ppm":700}
        """.ReplaceLineEndings(""),
        """
        {"type":"list_instrument","number":1,"name":"ETH/USDC","base":2,"quote":1,"base_atoms_per_lot":70,
        "quote_atoms_per_tick_lot":3,"max_price":1000,"max_quantity":100000,"taker_fee_ppm":3333}
        """.ReplaceLineEndings(""),
    ];

    /// <summary>The base asset of an instrument.</summary>
    public static int BaseOf(int instrument) => instrument == 0 ? 0 : 2;

    /// <summary>Atoms of the base asset in lots.</summary>
    public static long BaseAtoms(int instrument, long lots) => lots * (instrument == 0 ? 1000 : 70);

    /// <summary>Atoms of the quote asset for lots at a price.</summary>
    public static long QuoteAtoms(int instrument, long price, long lots) =>
        price * lots * (instrument == 0 ? 10 : 3);

    /// <summary>The accounts and what they begin with.</summary>
    public IEnumerable<Asked> Opening()
    {
        for (var account = 1; account <= Accounts; account++)
        {
            yield return new Asked { Type = Ask.OpenAccount, ClientId = Name() };
        }

        for (var account = 1; account <= Accounts; account++)
        {
            for (var asset = 0; asset < Assets; asset++)
            {
                yield return new Asked
                {
                    Type = Ask.Deposit,
                    Account = account,
                    Target = asset,
                    Quantity = 100_000_000 + account,
                    ClientId = Name(),
                };
            }
        }
    }

    /// <summary>What the crowd asks for next.</summary>
    public Asked Next()
    {
        var asked = _random.Next(1000) switch
        {
            < 560 => Place(),
            < 670 => About(Ask.Cancel),
            < 770 => About(Ask.Amend) with
            {
                Price = Price(), Quantity = _random.Next(1, 60), Stp = (byte)_random.Next(5),
            },
            < 850 => Money(Ask.Deposit),
            < 920 => Money(Ask.Withdraw),
            < 970 => Money(Ask.Transfer) with { To = Account() },
            < 975 => new Asked { Type = Ask.OpenAccount, Account = _random.Next(3), ClientId = Name() },
            < 980 => new Asked { Type = Ask.CancelAll, Account = Account(), Instrument = (short)_random.Next(-1, 3) },
            _ => Again(),
        };
        if (asked.IsOnce)
        {
            Keep(_once, asked);
        }

        return asked;
    }

    /// <summary>A name that was not used yet.</summary>
    public UInt128 Name() => new((ulong)(uint)seed + 1, ++_names);

    private Asked Place()
    {
        var isBuy = _random.Next(2) == 0;
        var price = Price();
        var placed = new Asked
        {
            Type = Ask.Place,
            Account = Account(),
            Instrument = (short)(_random.Next(200) == 0 ? 7 : _random.Next(2)),
            Side = (byte)(isBuy ? 0 : 1),
            Stp = (byte)_random.Next(5),
            Price = price,
            Quantity = _random.Next(1, 100),
            ClientId = Name(),
        };
        placed = _random.Next(14) switch
        {
            0 => placed with { Tif = 1 },
            1 => placed with { Tif = 2 },
            2 => placed with { Tif = 3 },
            3 => placed with { Display = _random.Next(1, 9) },
            4 => placed with { ExpiresAt = Never },
            5 => placed with { Kind = 1, Tif = (byte)_random.Next(1, 3), Price = 0 },
            6 => placed with { Kind = 2, Tif = 1, Price = 0, Quantity = _random.Next(1, 2_000_000) },
            7 => placed with { StopPrice = price + (isBuy ? 4 : -4) },
            8 => placed with { StopPrice = price + (isBuy ? 4 : -4), Price = 0, Kind = 1, Tif = 1 },
            9 => placed with { Quantity = 99_999, Price = isBuy ? 999 : 1 },
            _ => placed,
        };
        Keep(_placed, placed);
        return placed;
    }

    private Asked About(Ask type) => _placed.Count == 0
        ? new Asked { Type = type, Account = 1, ClientId = Name() }
        : _placed[_random.Next(_placed.Count)] is var order
            ? new Asked { Type = type, Account = order.Account, ClientId = order.ClientId }
            : default;

    private Asked Money(Ask type) => new()
    {
        Type = type,
        Account = Account(),
        Target = _random.Next(Assets + 1),
        Quantity = type != Ask.Deposit && _random.Next(20) == 0 ? long.MaxValue / 16 : _random.Next(1, 50_000),
        ClientId = Name(),
    };

    private Asked Again() => _once.Count == 0 ? Place() : _once[_random.Next(_once.Count)];

    // Also accounts that are opened on the way, and some that never are.
    private int Account() => _random.Next(30) == 0 ? _random.Next(9, 40) : _random.Next(1, Accounts + 1);

    private int Price() => Middle + _random.Next(-12, 13);

    private static void Keep(List<Asked> list, Asked asked)
    {
        if (list.Count == Known)
        {
            list.RemoveAt(0);
        }

        list.Add(asked);
    }
}
