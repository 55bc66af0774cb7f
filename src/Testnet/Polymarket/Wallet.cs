using Strikeline.Crypto;

namespace Strikeline.Testnet.Polymarket;

/// <summary>An address that owns money and tokens, and the orders that are its own.</summary>
/// <remarks>What a match brings is the wallet's once the transaction is mined; what it costs is gone at once. Under the
/// floor's lock.</remarks>
internal sealed class Wallet(EthAddress address, int account, bool isCrowd)
{
    private readonly Dictionary<UInt256, Holding> _holdings = [];

    public EthAddress Address { get; } = address;

    /// <summary>Its number in the core.</summary>
    public int Account { get; } = account;

    /// <summary>True for simulated traders, whose means nobody asks for.</summary>
    public bool IsCrowd { get; } = isCrowd;

    /// <summary>Whose key signs for it; null while nobody has.</summary>
    public EthAddress? Controller { get; set; }

    public long Micros { get; set; }

    /// <summary>Dollars of matches that are not mined yet.</summary>
    public long PendingMicros { get; set; }

    public HashSet<OutcomeOrder> Orders { get; } = [];

    public IReadOnlyDictionary<UInt256, Holding> Holdings => _holdings;

    public Holding Of(UInt256 token)
    {
        if (!_holdings.TryGetValue(token, out var holding))
        {
            _holdings[token] = holding = new Holding();
        }

        return holding;
    }

    public void Forget(UInt256 token) => _holdings.Remove(token);

    /// <summary>Dollars that no order binds.</summary>
    public long FreeMicros() => Micros - Orders.Sum(order =>
        order.IsBuy ? OutcomeUnits.Bound(order.Price, order.Remaining) : 0);

    /// <summary>Lots of a token that no order binds.</summary>
    public long FreeLots(UInt256 token) => (_holdings.TryGetValue(token, out var holding) ? holding.Lots : 0)
        - Orders.Sum(order => !order.IsBuy && order.TokenId == token ? order.Remaining : 0);
}

/// <summary>What a wallet has of one token.</summary>
internal sealed class Holding
{
    public long Lots { get; set; }

    /// <summary>Lots of matches that are not mined yet.</summary>
    public long Pending { get; set; }
}
