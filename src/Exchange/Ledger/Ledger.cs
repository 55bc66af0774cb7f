using System.Runtime.CompilerServices;

namespace Strikeline.Exchange;

/// <summary>What an account has of one asset, in atoms.</summary>
/// <param name="Available">Free to use; never below zero.</param>
/// <param name="Held">Bound by open orders; always exactly what they need.</param>
public record struct Balance(long Available, long Held);

/// <summary>The accounts of a shard and their balances of every asset.</summary>
/// <remarks>
/// One thread. Every change is checked arithmetic, and every balance that falls is looked at: one that is below zero
/// stays noted in <see cref="Signs"/>.
/// </remarks>
internal sealed class Ledger
{
    /// <summary>Balances that there is room for: accounts times assets.</summary>
    public const long MostBalances = 1L << 28;

    private Slab<Account> _accounts;
    private Slab<Balance> _balances;
    private int _stride;

    public Ledger(int expectedAccounts, int expectedAssets)
    {
        _accounts = new Slab<Account>(Math.Max(1, expectedAccounts));
        _stride = Math.Max(1, expectedAssets);
        _balances = new Slab<Balance>(_accounts.Length * _stride);
    }

    /// <summary>Accounts are numbered 0 to one less; 0 is the house.</summary>
    public int Accounts { get; private set; } = 1;

    /// <summary>Assets are numbered 0 to one less.</summary>
    public int Assets => Supplies.Count;

    /// <summary>What came in of each asset less what went out.</summary>
    public List<Int128> Supplies { get; } = [];

    /// <summary>Below zero where a balance ever was.</summary>
    public long Signs { get; private set; }

    public ref Balance this[int account, int asset]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _balances[unchecked((account * _stride) + asset)];
    }

    /// <summary>An account.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Account Of(int account) => ref _accounts[account];

    /// <summary>The balances of an account, by asset.</summary>
    public Span<Balance> BalancesOf(int account) =>
        _balances.First((account * _stride) + Assets)[(account * _stride)..];

    /// <summary>Makes the next account; false where there is no room.</summary>
    public bool TryAddAccount()
    {
        if ((Accounts + 1L) * _stride > MostBalances)
        {
            return false;
        }

        if (Accounts == _accounts.Length)
        {
            var most = (int)Math.Min(MostBalances / _stride, _accounts.Length * 2L);
            _accounts.Grow(most);
            _balances.Grow(most * _stride);
        }

        Accounts++;
        return true;
    }

    /// <summary>Makes the next asset; false where there is no room.</summary>
    public bool TryAddAsset()
    {
        if (Assets == _stride && !TryWiden())
        {
            return false;
        }

        Supplies.Add(0);
        return true;
    }

    /// <summary>Credits from outside, or debits by a negative amount.</summary>
    public void Transfer(int account, int asset, long atoms)
    {
        this[account, asset].Available += atoms;
        Signs |= this[account, asset].Available;
        Supplies[asset] += atoms;
    }

    /// <summary>Binds what is available; false, and nothing done, where that is less.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryHold(int account, int asset, long atoms)
    {
        ref var balance = ref this[account, asset];
        if (balance.Available < atoms)
        {
            return false;
        }

        balance.Available -= atoms;
        balance.Held += atoms;
        Signs |= balance.Available;
        return true;
    }

    /// <summary>Binds what is available.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Hold(int account, int asset, long atoms)
    {
        ref var balance = ref this[account, asset];
        balance.Available -= atoms;
        balance.Held += atoms;
        Signs |= balance.Available;
    }

    /// <summary>Frees what is bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release(int account, int asset, long atoms)
    {
        ref var balance = ref this[account, asset];
        balance.Held -= atoms;
        balance.Available += atoms;
        Signs |= balance.Held;
    }

    /// <summary>Takes from what is available.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Spend(int account, int asset, long atoms)
    {
        ref var balance = ref this[account, asset];
        balance.Available -= atoms;
        Signs |= balance.Available;
    }

    /// <summary>Takes from what is bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SpendHeld(int account, int asset, long atoms)
    {
        ref var balance = ref this[account, asset];
        balance.Held -= atoms;
        Signs |= balance.Held;
    }

    /// <summary>Adds to what is available.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Credit(int account, int asset, long atoms) => this[account, asset].Available += atoms;

    // Every account gets room for more assets: the table is laid out anew.
    private bool TryWiden()
    {
        var stride = Math.Max(_stride + 1, _stride * 3 / 2);
        if ((long)_accounts.Length * stride > MostBalances)
        {
            return false;
        }

        var wider = new Slab<Balance>(_accounts.Length * stride);
        for (var account = 0; account < Accounts; account++)
        {
            BalancesOf(account).CopyTo(wider.First(wider.Length)[(account * stride)..]);
        }

        (_balances, _stride) = (wider, stride);
        return true;
    }
}
