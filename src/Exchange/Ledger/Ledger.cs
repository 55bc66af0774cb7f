using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>What an account has of one asset, in atoms.</summary>
/// <param name="Available">Free to use; never below zero.</param>
/// <param name="Held">Bound by open orders; always exactly what they need.</param>
public record struct Balance(long Available, long Held);

/// <summary>Balances of every account and asset of a shard.</summary>
/// <remarks>One thread. Every change is checked arithmetic: a sum that does not fit stops the shard.</remarks>
internal sealed class Ledger
{
    private readonly int _assets;
    private readonly Balance[] _balances;
    private readonly Int128[] _supply;

    public Ledger(int accounts, int assets)
    {
        (_assets, Accounts) = (assets, accounts);
        _balances = new Balance[accounts * assets];
        _supply = new Int128[assets];
    }

    /// <summary>Accounts are numbered 0 to one less; 0 is the house.</summary>
    public int Accounts { get; }

    /// <summary>What came in of an asset less what went out.</summary>
    public Int128 Supply(int asset) => _supply[asset];

    /// <summary>Credits from outside, or debits by a negative amount.</summary>
    public void Transfer(int account, int asset, long atoms)
    {
        this[account, asset].Available += atoms;
        _supply[asset] += atoms;
    }

    public ref Balance this[int account, int asset]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_balances), (account * _assets) + asset);
    }
}
