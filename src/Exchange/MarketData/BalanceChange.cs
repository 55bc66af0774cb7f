using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>What an account has of an asset now.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct BalanceChange
{
    /// <summary>Free to use, in atoms.</summary>
    public long Available;

    /// <summary>Bound by open orders, in atoms.</summary>
    public long Held;

    /// <summary>The account.</summary>
    public int Account;

    /// <summary>The asset, by its number.</summary>
    public int Asset;
}
