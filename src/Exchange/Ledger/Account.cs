using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>What an account may do, and how many orders it has.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Account
{
    /// <summary>The largest value of an order in atoms of its quote asset; 0 for no limit.</summary>
    public long LargestValue;

    /// <summary>Orders that rest or wait.</summary>
    public int OpenOrders;

    /// <summary>How many may; 0 for no limit.</summary>
    public int MostOpenOrders;

    /// <summary>What it may be used for.</summary>
    public TradingStatus Status;
}
