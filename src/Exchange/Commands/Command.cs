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

    /// <summary>Credits an account with an asset from outside.</summary>
    Deposit = 4,

    /// <summary>Debits an account's available balance to the outside.</summary>
    Withdraw = 5,

    /// <summary>Moves an asset from one account to another.</summary>
    Transfer = 6,

    /// <summary>Cancels every order of an account, or of all accounts, in one instrument or in all.</summary>
    CancelAll = 7,

    /// <summary>Makes the next account.</summary>
    OpenAccount = 8,

    /// <summary>Sets what an account may do at most.</summary>
    SetLimits = 9,

    /// <summary>Opens, restricts or halts an instrument.</summary>
    SetInstrumentStatus = 10,

    /// <summary>Opens, restricts or halts an account.</summary>
    SetAccountStatus = 11,

    /// <summary>Sets the price that an instrument's band is measured from, in place of its last trade.</summary>
    SetReference = 12,

    /// <summary>Says what time it is, so that orders expire on a market where nothing else happens.</summary>
    Tick = 13,

    /// <summary>Another stop price for an order that waits; price and quantity as <see cref="Amend"/> sets
    /// them.</summary>
    /// <remarks>A type of its own: an amendment's stop price was never looked at, whatever old journals hold
    /// there.</remarks>
    AmendStop = 14,
}

/// <summary>How an order names its price and size.</summary>
public enum OrderKind : byte
{
    /// <summary>At a price or better; the default value.</summary>
    Limit = 0,

    /// <summary>A number of lots at whatever price there is; IOC or FOK.</summary>
    Market = 1,

    /// <summary>As many lots as a sum of the quote asset buys or brings; IOC.</summary>
    MarketByValue = 2,
}

/// <summary>How long an order lives, and what it may do.</summary>
/// <remarks>Gtc and PostOnly with an expiry (<see cref="Command.ExpiresAtNanos"/>) are GTD.</remarks>
public enum TimeInForce : byte
{
    /// <summary>Rests until it is filled, cancelled or expired; the default value.</summary>
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

/// <summary>What an instrument or an account may be used for.</summary>
public enum TradingStatus : byte
{
    /// <summary>Everything; the default value.</summary>
    Open = 0,

    /// <summary>No order is placed, amended or set off; what is there can be cancelled. Money moves.</summary>
    CancelOnly = 1,

    /// <summary>Nothing but what operators do, cancel all among it. Orders still expire, deposits still
    /// arrive.</summary>
    Halted = 2,
}

/// <summary>One command of the exchange: what the journal holds and the pipeline runs.</summary>
/// <remarks>
/// Plain bytes of a fixed layout, the rarer fields last, so that the journal can leave out the zeroes at the end. A
/// field that a type does not use is zero.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public struct Command
{
    /// <summary>What is asked for.</summary>
    public CommandType Type;

    /// <summary>Place: the side.</summary>
    public Side Side;

    /// <summary>Place: the time in force.</summary>
    public TimeInForce TimeInForce;

    /// <summary>Place, Amend, AmendStop: self-trade prevention.</summary>
    public SelfTrade SelfTrade;

    /// <summary>Place: the kind of order.</summary>
    public OrderKind Kind;

    /// <summary>SetInstrumentStatus, SetAccountStatus: the status.</summary>
    public TradingStatus Status;

    /// <summary>The instrument, by its number; CancelAll: -1 for all.</summary>
    public short Instrument;

    /// <summary>
    /// The account, by its number; 0 is the house. CancelAll: -1 for all. SetLimits: -1 for the whole shard.
    /// </summary>
    public int Account;

    /// <summary>Place, Amend, AmendStop: the limit in ticks; 0 for a market order. SetReference: the price; 0 for
    /// none.</summary>
    public int Price;

    /// <summary>Time of the command in nanoseconds since the Unix epoch: the only clock of the core.</summary>
    public long AtNanos;

    /// <summary>
    /// Place, Amend, AmendStop: lots, or atoms of the quote asset for <see cref="OrderKind.MarketByValue"/>; an
    /// amendment says what shall remain. Deposit, Withdraw, Transfer: atoms. OpenAccount, SetLimits: the largest value
    /// of an order in atoms of its quote asset, 0 for no limit.
    /// </summary>
    public long Quantity;

    /// <summary>
    /// Amend, AmendStop, Cancel: the order, 0 to name it by its client id. Deposit, Withdraw, Transfer: the asset.
    /// OpenAccount, SetLimits: how many orders may be open, 0 for no limit.
    /// </summary>
    public long Target;

    /// <summary>Place: waits until a trade passes this price, in ticks; 0 does not wait. AmendStop: the new
    /// one.</summary>
    public int StopPrice;

    /// <summary>Transfer: the account that receives.</summary>
    public int Counterparty;

    /// <summary>
    /// The client's own name for what it asks; 0 for none. Place, Deposit, Withdraw, Transfer, OpenAccount: done at
    /// most once for each account and name. Amend, AmendStop, Cancel: the order's, where <see cref="Target"/> is 0.
    /// </summary>
    public UInt128 ClientId;

    /// <summary>Place: most lots that the book shows at a time (iceberg); 0 shows all.</summary>
    public long Display;

    /// <summary>Place: when the order ends by itself, in nanoseconds since the Unix epoch; 0 for never.</summary>
    public long ExpiresAtNanos;

    /// <summary>Place: true for a limit order that shows all of itself, waits for no price and has no end.</summary>
    internal readonly bool IsPlain =>
        Kind == OrderKind.Limit && StopPrice == 0 && (Display | ExpiresAtNanos) == 0;
}
