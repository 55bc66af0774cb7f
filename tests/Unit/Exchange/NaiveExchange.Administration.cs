using System.Numerics;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <content>What operators and treasurers do: listings, money, limits, status.</content>
internal sealed partial class NaiveExchange
{
    private static readonly BigInteger s_most = BigInteger.One << 62;

    private readonly List<ListingName> _assets = [];
    private readonly Dictionary<long, BigInteger> _supplies = [];

    public int Assets => _assets.Count;

    public void Run(AssetListing listing)
    {
        Advance(listing.AtNanos);
        var isSound = listing.Decimals is >= 0 and <= 18 && listing.Name != default && !_assets.Contains(listing.Name);
        _assets.AddRange(isSound ? [listing.Name] : []);
        SayListed(isSound, new ExchangeEvent { Type = EventType.AssetListed, Instrument = (short)(_assets.Count - 1) });
    }

    public void Run(InstrumentListing listing)
    {
        Advance(listing.AtNanos);
        var terms = listing.Terms();
        var old = _markets.Find(market => market.Number == listing.Number);
        var isSound = AreSound(terms) && listing.Name != default && (old is null
            ? listing.Number == _markets.Count && !_markets.Exists(market => market.Name == listing.Name)
            : old.Name == listing.Name && terms == (old.Terms with
            {
                MaxQuantity = terms.MaxQuantity, MakerFeePpm = terms.MakerFeePpm, TakerFeePpm = terms.TakerFeePpm, BandPpm = terms.BandPpm,
            }));
        if (isSound && old is not null)
        {
            old.Terms = terms;
        }
        else if (isSound)
        {
            _markets.Add(new NaiveMarket(this, listing));
        }

        SayListed(isSound, new ExchangeEvent { Type = EventType.InstrumentListed, Instrument = unchecked((short)listing.Number) });
    }

    /// <summary>The answer to a command that is refused.</summary>
    public static ExchangeEvent Rejection(Command command, ReasonCode reason) => new()
    {
        Type = EventType.Rejected, Reason = reason, Order = command.Target, Account = command.Account,
        Instrument = command.Instrument, Price = command.Price, Quantity = command.Quantity,
    };

    private void SayListed(bool isSound, ExchangeEvent e) => Say(isSound
        ? e
        : e with { Type = EventType.Rejected, Reason = ReasonCode.ImpossibleTerms });

    private bool AreSound(SpotInstrument terms)
    {
        bool IsAsset(int number) => number >= 0 && number < _assets.Count;
        return IsAsset(terms.BaseAsset) && IsAsset(terms.QuoteAsset) && terms.BaseAsset != terms.QuoteAsset
            && terms.BaseAtomsPerLot > 0 && terms.QuoteAtomsPerTickLot > 0
            && terms.MaxPrice > 0 && terms.MaxPrice <= 1 << 30 && terms.MaxQuantity > 0
            && (BigInteger)terms.MaxPrice * terms.MaxQuantity * terms.QuoteAtomsPerTickLot < s_most
            && (BigInteger)terms.MaxQuantity * terms.BaseAtomsPerLot < s_most
            && terms.MakerFeePpm is >= 0 and <= 100_000 && terms.TakerFeePpm is >= 0 and <= 100_000
            && terms.BandPpm is >= 0 and < 1_000_000;
    }

    // At most once for an account and client id; what was done more than 30 days ago is known, but not what it did.
    private bool WasDone(Command command)
    {
        if (command.ClientId == UInt128.Zero || !_done.TryGetValue((command.Account, command.ClientId), out var done))
        {
            return false;
        }

        Say(done.At + Month <= _now
            ? Rejection(command, ReasonCode.ClientIdTooOld)
            : new ExchangeEvent
            {
                Type = EventType.Duplicate, Order = done.Result, Account = command.Account, Instrument = command.Instrument,
            });
        return true;
    }

    private void Note(Command command, long result)
    {
        if (command.ClientId != UInt128.Zero)
        {
            _done[(command.Account, command.ClientId)] = (_now, result);
        }
    }

    private ReasonCode? Once(Command command)
    {
        if (!IsOpened(command.Account) || WasDone(command))
        {
            return IsOpened(command.Account) ? null : ReasonCode.UnknownAccount;
        }

        var isOpening = command.Type == CommandType.OpenAccount;
        var reason = isOpening ? OpenAccount(command) : Unmovable(command) ?? Move(command);
        if (reason is null)
        {
            Note(command, isOpening ? Accounts.Count - 1 : -1);
        }

        return reason;
    }

    private ReasonCode? OpenAccount(Command command)
    {
        if (AreLimits(command))
        {
            Accounts.Add(new NaiveAccount { MostOpen = command.Target, LargestValue = command.Quantity });
            Say(new ExchangeEvent { Type = EventType.AccountOpened, Account = Accounts.Count - 1 });
            return null;
        }

        return ReasonCode.QuantityOutOfRange;
    }

    private ReasonCode? Unmovable(Command command) =>
        command.Target < 0 || command.Target >= _assets.Count ? ReasonCode.UnknownAsset
        : command.Quantity <= 0 || command.Quantity > 1L << 60 ? ReasonCode.QuantityOutOfRange
        : command.Type != CommandType.Deposit && Accounts[command.Account].Status == TradingStatus.Halted ? ReasonCode.AccountHalted
        : command.Type == CommandType.Deposit
            ? (_supplies.GetValueOrDefault(command.Target) + command.Quantity > s_most ? ReasonCode.QuantityOutOfRange : null)
        : Available(command.Account, (int)command.Target) < command.Quantity ? ReasonCode.InsufficientFunds
        : command.Type == CommandType.Transfer && (!IsOpened(command.Counterparty) || command.Counterparty == command.Account)
            ? ReasonCode.UnknownAccount
        : null;

    private ReasonCode? Move(Command command)
    {
        var (sign, asset) = (command.Type == CommandType.Deposit ? 1 : -1, (int)command.Target);
        MoveAndSay(command.Account, asset, sign * command.Quantity);
        if (command.Type == CommandType.Transfer)
        {
            MoveAndSay(command.Counterparty, asset, command.Quantity);
        }
        else
        {
            _supplies[asset] = _supplies.GetValueOrDefault(asset) + (sign * command.Quantity);
        }

        return null;
    }

    private void MoveAndSay(int account, int asset, long atoms)
    {
        Move(account, asset, atoms);
        Say(new ExchangeEvent { Type = EventType.Transferred, Account = account, Instrument = (short)asset, Quantity = atoms });
    }

    private ReasonCode? SetLimits(Command command)
    {
        if ((command.Account != -1 && !IsOpened(command.Account)) || !AreLimits(command))
        {
            return command.Account != -1 && !IsOpened(command.Account) ? ReasonCode.UnknownAccount : ReasonCode.QuantityOutOfRange;
        }

        if (command.Account == -1)
        {
            _most = command.Target == 0 ? MostOrders : command.Target;
        }
        else
        {
            var account = Accounts[command.Account];
            (account.MostOpen, account.LargestValue) = (command.Target, command.Quantity);
        }

        Say(new ExchangeEvent { Type = EventType.LimitsSet, Account = command.Account });
        return null;
    }

    private ReasonCode? SetStatus(Command command)
    {
        var isAccount = command.Type == CommandType.SetAccountStatus;
        if (!Enum.IsDefined(command.Status) || !(isAccount ? IsOpened(command.Account) : IsListed(command.Instrument)))
        {
            return !Enum.IsDefined(command.Status) ? ReasonCode.Contradiction
                : isAccount ? ReasonCode.UnknownAccount
                : ReasonCode.UnknownInstrument;
        }

        if (isAccount)
        {
            Accounts[command.Account].Status = command.Status;
            Say(new ExchangeEvent { Type = EventType.AccountStatus, Account = command.Account, Quantity = (long)command.Status });
        }
        else
        {
            _markets[command.Instrument].Status = command.Status;
            Say(new ExchangeEvent { Type = EventType.InstrumentStatus, Instrument = command.Instrument, Quantity = (long)command.Status });
        }

        return null;
    }

    private ReasonCode? SetReference(Command command)
    {
        if (!IsListed(command.Instrument) || command.Price < 0 || command.Price > _markets[command.Instrument].MaxPrice)
        {
            return IsListed(command.Instrument) ? ReasonCode.PriceOutOfRange : ReasonCode.UnknownInstrument;
        }

        _markets[command.Instrument].Reference = command.Price;
        Say(new ExchangeEvent { Type = EventType.ReferenceSet, Instrument = command.Instrument, Price = command.Price });
        return null;
    }

    private static bool AreLimits(Command command) => command.Quantity >= 0 && command.Target is >= 0 and <= MostOrders;
}
