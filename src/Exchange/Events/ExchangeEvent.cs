using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>What has happened.</summary>
/// <remarks>Numbers are part of what readers store: never reused.</remarks>
public enum EventType : byte
{
    /// <summary>Nothing; the default value.</summary>
    None = 0,

    /// <summary>An order was taken. Its trades and its end follow.</summary>
    Accepted = 1,

    /// <summary>A command was refused and changed nothing.</summary>
    Rejected = 2,

    /// <summary>Two orders have traded at the resting order's price.</summary>
    Trade = 3,

    /// <summary>An order left without being filled; the quantity is what was left of it.</summary>
    Cancelled = 4,

    /// <summary>A resting order has another price or quantity.</summary>
    Amended = 5,

    /// <summary>A balance was credited or debited by a deposit, a withdrawal or a transfer.</summary>
    Transferred = 6,

    /// <summary>A waiting order was set off by a trade; what it does follows.</summary>
    Triggered = 7,

    /// <summary>An iceberg shows more, behind all others of its price; the quantity is what it shows.</summary>
    Refilled = 8,

    /// <summary>The command was done before, under the same client id; the order is the one of then.</summary>
    Duplicate = 9,

    /// <summary>There is a new account.</summary>
    AccountOpened = 10,

    /// <summary>An account, or the shard (account -1), has other limits.</summary>
    LimitsSet = 11,

    /// <summary>An instrument has another status; the quantity is its number.</summary>
    InstrumentStatus = 12,

    /// <summary>An account has another status; the quantity is its number.</summary>
    AccountStatus = 13,

    /// <summary>An instrument's band is measured from another price.</summary>
    ReferenceSet = 14,

    /// <summary>There is a new asset: the instrument field is its number.</summary>
    AssetListed = 15,

    /// <summary>There is a new instrument, or one has other terms.</summary>
    InstrumentListed = 16,

    /// <summary>An account has a further API key; the quantity is its number.</summary>
    KeyListed = 17,

    /// <summary>An API key was taken back; the quantity is its number.</summary>
    KeyRevoked = 18,
}

/// <summary>Why a command was refused, or an order ended early.</summary>
/// <remarks>Numbers and names are published: never reused.</remarks>
public enum ReasonCode : byte
{
    /// <summary>Nothing is wrong; the default value.</summary>
    None = 0,

    /// <summary>There is no such command.</summary>
    UnknownCommand = 1,

    /// <summary>There is no such instrument.</summary>
    UnknownInstrument = 2,

    /// <summary>There is no such account.</summary>
    UnknownAccount = 3,

    /// <summary>There is no such asset.</summary>
    UnknownAsset = 4,

    /// <summary>There is no such order, or it is not this account's, or it is over.</summary>
    UnknownOrder = 5,

    /// <summary>The price is not on the instrument's grid.</summary>
    PriceOutOfRange = 6,

    /// <summary>The quantity is not within the instrument's bounds.</summary>
    QuantityOutOfRange = 7,

    /// <summary>The available balance does not cover it.</summary>
    InsufficientFunds = 8,

    /// <summary>A post-only order would have traded.</summary>
    WouldTrade = 9,

    /// <summary>A fill-or-kill order could not be filled whole.</summary>
    WouldNotFill = 10,

    /// <summary>The exchange holds as many orders as it can.</summary>
    TooManyOrders = 11,

    /// <summary>What an immediate-or-cancel order has not taken.</summary>
    NotTaken = 12,

    /// <summary>Self-trade prevention.</summary>
    SelfTradePrevented = 13,

    /// <summary>Its owner asked for it.</summary>
    ByOwner = 14,

    /// <summary>The amendment would change nothing.</summary>
    Unchanged = 15,

    /// <summary>The fields of the order do not go together.</summary>
    Contradiction = 16,

    /// <summary>The price is too far from the instrument's reference.</summary>
    PriceOutsideBand = 17,

    /// <summary>The instrument's status does not allow it.</summary>
    InstrumentHalted = 18,

    /// <summary>The account's status does not allow it.</summary>
    AccountHalted = 19,

    /// <summary>The account has as many open orders as it may.</summary>
    TooManyOpenOrders = 20,

    /// <summary>The order is worth more than the account may order at a time.</summary>
    ValueOutOfRange = 21,

    /// <summary>The client id was used more than 30 days ago.</summary>
    ClientIdTooOld = 22,

    /// <summary>The order would have expired before it came.</summary>
    ExpiryInPast = 23,

    /// <summary>The order's time is over.</summary>
    Expired = 24,

    /// <summary>An operator asked for it.</summary>
    ByOperator = 25,

    /// <summary>The sum of a market order by value is spent, but for what buys no further lot.</summary>
    ValueSpent = 26,

    /// <summary>There is no room for another account or asset.</summary>
    TooManyAccounts = 27,

    /// <summary>The terms of the instrument or asset are impossible, or a grid in use would change.</summary>
    ImpossibleTerms = 28,

    /// <summary>There is no such API key, or there was one before.</summary>
    UnknownKey = 29,
}

/// <summary>One event of the exchange. Plain bytes of a fixed layout.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ExchangeEvent
{
    /// <summary>Rises by one with each event of the shard; from 1.</summary>
    public long Sequence;

    /// <summary>The order that the command is about; of a trade the incoming one.</summary>
    public long Order;

    /// <summary>Of a trade the resting order; of an amendment the price that it had, in ticks.</summary>
    public long Maker;

    /// <summary>Lots; atoms of a transfer, and of a market order by value that was accepted.</summary>
    public long Quantity;

    /// <summary>Ticks.</summary>
    public int Price;

    /// <summary>The account of <see cref="Order"/>.</summary>
    public int Account;

    /// <summary>The account of <see cref="Maker"/>.</summary>
    public int MakerAccount;

    /// <summary>The instrument; of a transfer the asset.</summary>
    public short Instrument;

    /// <summary>What has happened.</summary>
    public EventType Type;

    /// <summary>Why.</summary>
    public ReasonCode Reason;

    /// <summary>Of a trade what <see cref="Account"/> paid of what it received, in atoms of that asset.</summary>
    public long TakerFee;

    /// <summary>Of a trade what <see cref="MakerAccount"/> paid of what it received, in atoms of that asset.</summary>
    public long MakerFee;
}
