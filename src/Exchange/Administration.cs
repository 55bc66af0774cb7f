namespace Strikeline.Exchange;

/// <summary>What operators and treasurers do: accounts, money from and to the outside, listings, status.</summary>
internal sealed class Administration(
    Ledger ledger, OrderPool orders, OrderBooks books, Idempotency idempotency,
    EventBuffer events)
{
    private const long MostAtoms = 1L << 60;
    private const int MostDecimals = 18;

    private readonly List<AssetListing> _assets = [];

    /// <summary>The listed assets, by number.</summary>
    public IReadOnlyList<AssetListing> Assets => _assets;

    /// <summary>Takes an asset over from a snapshot.</summary>
    public void Restore(in AssetListing listing) => _assets.Add(listing);

    /// <summary>Runs a command that is no order's.</summary>
    public void Run(in Command command, long now)
    {
        var reason = command.Type switch
        {
            CommandType.Deposit or CommandType.Withdraw or CommandType.Transfer or CommandType.OpenAccount =>
                Once(command, now),
            CommandType.SetLimits => SetLimits(command),
            CommandType.SetInstrumentStatus => SetInstrumentStatus(command),
            CommandType.SetAccountStatus => SetAccountStatus(command),
            CommandType.SetReference => SetReference(command),
            CommandType.Tick => ReasonCode.None,
            _ => ReasonCode.UnknownCommand,
        };
        if (reason != ReasonCode.None)
        {
            events.Reject(command, reason);
        }
    }

    /// <summary>The next asset.</summary>
    public void List(in AssetListing listing)
    {
        var name = listing.Name;
        var reason = listing.Decimals is < 0 or > MostDecimals || name.Equals(default)
            || _assets.Exists(asset => asset.Name.Equals(name)) ? ReasonCode.ImpossibleTerms
            : !ledger.TryAddAsset() ? ReasonCode.TooManyAccounts
            : ReasonCode.None;
        if (reason == ReasonCode.None)
        {
            _assets.Add(listing);
        }

        events.Add(reason == ReasonCode.None ? EventType.AssetListed : EventType.Rejected, reason).Instrument =
            (short)Math.Min(short.MaxValue, ledger.Assets - 1);
    }

    /// <summary>The next instrument, or other terms for a listed one.</summary>
    public void List(in InstrumentListing listing, Func<InstrumentListing, OrderBook> open)
    {
        var terms = listing.Terms();
        var (number, name) = (listing.Number, listing.Name);
        var isSound = terms.Problem(ledger.Assets) is null && !name.Equals(default) && number < short.MaxValue
            && (IsIndex(number, books.Count)
                ? books[number].Name.Equals(name) && HasSameGrid(books[number].Instrument, terms)
                : number == books.Count && !IsListed(name));
        if (isSound && number < books.Count)
        {
            books[number].Instrument = terms;
        }
        else if (isSound)
        {
            books.Add(open(listing));
        }

        events.Add(
            isSound ? EventType.InstrumentListed : EventType.Rejected,
            isSound ? ReasonCode.None : ReasonCode.ImpossibleTerms).Instrument = unchecked((short)number);
    }

    private bool IsListed(ListingName name)
    {
        foreach (var book in books.All)
        {
            if (book.Name.Equals(name))
            {
                return true;
            }
        }

        return false;
    }

    // Money and accounts: at most once for a client id.
    private ReasonCode Once(in Command command, long now)
    {
        if (!IsIndex(command.Account, ledger.Accounts))
        {
            return ReasonCode.UnknownAccount;
        }

        if (idempotency.WasDone(command, now))
        {
            return ReasonCode.None;
        }

        var isOpening = command.Type == CommandType.OpenAccount;
        var reason = isOpening ? Open(command) : Move(command);
        if (reason == ReasonCode.None)
        {
            idempotency.Note(command, now, isOpening ? ledger.Accounts - 1 : -1);
        }

        return reason;
    }

    private ReasonCode Move(in Command command)
    {
        var reason = !IsIndex(command.Target, ledger.Assets) ? ReasonCode.UnknownAsset
            : command.Quantity is <= 0 or > MostAtoms ? ReasonCode.QuantityOutOfRange
            : command.Type != CommandType.Deposit && ledger.Of(command.Account).Status == TradingStatus.Halted
                ? ReasonCode.AccountHalted
            : ReasonCode.None;
        if (reason != ReasonCode.None)
        {
            return reason;
        }

        var asset = (int)command.Target;
        var available = ledger[command.Account, asset].Available;
        switch (command.Type)
        {
            case CommandType.Deposit:
                return Receive(command.Account, asset, command.Quantity);
            case CommandType.Withdraw when available >= command.Quantity:
                ledger.Transfer(command.Account, asset, -command.Quantity);
                Transferred(command.Account, asset, -command.Quantity);
                return ReasonCode.None;
            case CommandType.Transfer when available >= command.Quantity:
                return Give(command, asset);
            default:
                return ReasonCode.InsufficientFunds;
        }
    }

    private ReasonCode Open(in Command command)
    {
        if (!AreLimits(command))
        {
            return ReasonCode.QuantityOutOfRange;
        }

        if (!ledger.TryAddAccount())
        {
            return ReasonCode.TooManyAccounts;
        }

        var account = ledger.Accounts - 1;
        Limit(account, command);
        events.Add(EventType.AccountOpened).Account = account;
        return ReasonCode.None;
    }

    private ReasonCode SetLimits(in Command command)
    {
        if (command.Account != -1 && !IsIndex(command.Account, ledger.Accounts))
        {
            return ReasonCode.UnknownAccount;
        }

        if (!AreLimits(command))
        {
            return ReasonCode.QuantityOutOfRange;
        }

        if (command.Account == -1)
        {
            orders.Most = command.Target == 0 ? Pipeline.MostOrders : (int)command.Target;
        }
        else
        {
            Limit(command.Account, command);
        }

        events.Add(EventType.LimitsSet).Account = command.Account;
        return ReasonCode.None;
    }

    private ReasonCode SetInstrumentStatus(in Command command)
    {
        if (!IsIndex(command.Instrument, books.Count) || command.Status > TradingStatus.Halted)
        {
            return command.Status > TradingStatus.Halted ? ReasonCode.Contradiction : ReasonCode.UnknownInstrument;
        }

        books[command.Instrument].Status = command.Status;
        ref var e = ref events.Add(EventType.InstrumentStatus);
        e.Instrument = command.Instrument;
        e.Quantity = (long)command.Status;
        return ReasonCode.None;
    }

    private ReasonCode SetAccountStatus(in Command command)
    {
        if (!IsIndex(command.Account, ledger.Accounts) || command.Status > TradingStatus.Halted)
        {
            return command.Status > TradingStatus.Halted ? ReasonCode.Contradiction : ReasonCode.UnknownAccount;
        }

        ledger.Of(command.Account).Status = command.Status;
        ref var e = ref events.Add(EventType.AccountStatus);
        e.Account = command.Account;
        e.Quantity = (long)command.Status;
        return ReasonCode.None;
    }

    private ReasonCode SetReference(in Command command)
    {
        if (!IsIndex(command.Instrument, books.Count))
        {
            return ReasonCode.UnknownInstrument;
        }

        var book = books[command.Instrument];
        if (command.Price < 0 || command.Price > book.Instrument.MaxPrice)
        {
            return ReasonCode.PriceOutOfRange;
        }

        book.SetReference = command.Price;
        ref var e = ref events.Add(EventType.ReferenceSet);
        e.Instrument = command.Instrument;
        e.Price = command.Price;
        return ReasonCode.None;
    }

    private ReasonCode Receive(int account, int asset, long atoms)
    {
        // The whole supply stays countable, so that no sum of balances can overflow.
        if (ledger.Supplies[asset] + atoms > MostAtoms * 4)
        {
            return ReasonCode.QuantityOutOfRange;
        }

        ledger.Transfer(account, asset, atoms);
        Transferred(account, asset, atoms);
        return ReasonCode.None;
    }

    private ReasonCode Give(in Command command, int asset)
    {
        if (!IsIndex(command.Counterparty, ledger.Accounts) || command.Counterparty == command.Account)
        {
            return ReasonCode.UnknownAccount;
        }

        ledger.Spend(command.Account, asset, command.Quantity);
        ledger.Credit(command.Counterparty, asset, command.Quantity);
        Transferred(command.Account, asset, -command.Quantity);
        Transferred(command.Counterparty, asset, command.Quantity);
        return ReasonCode.None;
    }

    private void Limit(int account, in Command command)
    {
        ledger.Of(account).MostOpenOrders = (int)command.Target;
        ledger.Of(account).LargestValue = command.Quantity;
    }

    private void Transferred(int account, int asset, long atoms)
    {
        ref var e = ref events.Add(EventType.Transferred);
        e.Account = account;
        e.Instrument = (short)asset;
        e.Quantity = atoms;
    }

    private static bool AreLimits(in Command command) =>
        command.Quantity >= 0 && command.Target is >= 0 and <= Pipeline.MostOrders;

    private static bool HasSameGrid(SpotInstrument one, SpotInstrument other) =>
        one.BaseAsset == other.BaseAsset && one.QuoteAsset == other.QuoteAsset && one.MaxPrice == other.MaxPrice
        && one.BaseAtomsPerLot == other.BaseAtomsPerLot && one.QuoteAtomsPerTickLot == other.QuoteAtomsPerTickLot;

    private static bool IsIndex(long number, int count) => number >= 0 && number < count;
}
