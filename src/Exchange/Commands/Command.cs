using System.Runtime.InteropServices;
using Strikeline.Kernel;

namespace Strikeline.Exchange;

/// <summary>What a command asks for.</summary>
/// <remarks>Numbers are part of the journal: never reused.</remarks>
public enum CommandType : byte
{
    /// <summary>Nothing; the default value, refused.</summary>
    None = 0,

    /// <summary>A new order.</summary>
    Place = 1,

    /// <summary>Another price or quantity for a resting order.</summary>
    Amend = 2,

    /// <summary>Takes a resting order out of the book.</summary>
    Cancel = 3,

    /// <summary>Credits an account with an asset.</summary>
    Deposit = 4,

    /// <summary>Debits an account's available balance.</summary>
    Withdraw = 5,
}

/// <summary>How long an order lives, and what it may do.</summary>
public enum TimeInForce : byte
{
    /// <summary>Rests until it is filled or cancelled; the default value.</summary>
    Gtc = 0,

    /// <summary>Takes what is there at once; the rest is cancelled.</summary>
    Ioc = 1,

    /// <summary>Is filled whole at once, or rejected.</summary>
    Fok = 2,

    /// <summary>Rests, or is rejected where it would trade at once.</summary>
    PostOnly = 3,
}

/// <summary>What happens where an order meets another one of the same account.</summary>
public enum SelfTrade : byte
{
    /// <summary>What is left of the incoming order is cancelled; the default value.</summary>
    CancelNewest = 0,

    /// <summary>The resting order is cancelled, and matching goes on.</summary>
    CancelOldest = 1,

    /// <summary>Both are cancelled.</summary>
    CancelBoth = 2,

    /// <summary>Both lose the smaller quantity; an order that has nothing left is cancelled.</summary>
    Decrement = 3,

    /// <summary>They trade. For measurements and for accounts that stand for many.</summary>
    Allow = 4,
}

/// <summary>One command of the exchange: what the journal holds and the pipeline runs.</summary>
/// <remarks>Plain bytes of a fixed layout; what a field means depends on <see cref="Type"/>.</remarks>
[StructLayout(LayoutKind.Sequential)]
public struct Command
{
    /// <summary>What is asked for.</summary>
    public CommandType Type;

    /// <summary>Side of a new order.</summary>
    public Side Side;

    /// <summary>Time in force of a new order.</summary>
    public TimeInForce TimeInForce;

    /// <summary>Self-trade prevention of a new or amended order.</summary>
    public SelfTrade SelfTrade;

    /// <summary>The instrument, by its number.</summary>
    public int Instrument;

    /// <summary>The account, by its number; 0 is the house.</summary>
    public int Account;

    /// <summary>Limit price in ticks of the instrument.</summary>
    public int Price;

    /// <summary>Quantity in lots of the instrument; for deposits and withdrawals atoms of the asset.</summary>
    public long Quantity;

    /// <summary>The order that is amended or cancelled; for deposits and withdrawals the number of the asset.</summary>
    public long Target;

    /// <summary>Time of the command in nanoseconds since the Unix epoch: the only clock of the core.</summary>
    public long AtNanos;
}
