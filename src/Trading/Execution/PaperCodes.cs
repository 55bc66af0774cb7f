namespace Strikeline.Trading;

/// <summary>Codes of what a paper venue refuses; a live adapter maps its venue's words to the same ones.</summary>
public static class PaperCodes
{
    /// <summary>The price is not on the market's grid.</summary>
    public const string Tick = "INVALID_TICK";

    /// <summary>The size is not on the market's grid.</summary>
    public const string Size = "INVALID_SIZE";

    /// <summary>A taking buy's dollars or shares are not whole steps.</summary>
    public const string Amounts = "INVALID_AMOUNTS";

    /// <summary>A resting order is too small.</summary>
    public const string MinSize = "MIN_SIZE";

    /// <summary>A taking order is worth too little.</summary>
    public const string MinValue = "MIN_VALUE";

    /// <summary>A post-only order would take.</summary>
    public const string Crosses = "POST_ONLY_CROSSES";

    /// <summary>The market takes only post-only orders.</summary>
    public const string PostOnly = "POST_ONLY_MODE";

    /// <summary>The market takes only cancels.</summary>
    public const string CancelOnly = "CANCEL_ONLY";

    /// <summary>The market is paused.</summary>
    public const string Paused = "MARKET_PAUSED";

    /// <summary>The market is closed or resolved.</summary>
    public const string Closed = "MARKET_CLOSED";

    /// <summary>The market is not ready, or not known.</summary>
    public const string NotReady = "MARKET_NOT_READY";

    /// <summary>The book is not proven or not alive: nothing is filled on it.</summary>
    public const string Book = "BOOK_NOT_PROVEN";

    /// <summary>Dollars or shares are missing; shares count once their fills are final.</summary>
    public const string Balance = "NOT_ENOUGH_BALANCE";

    /// <summary>Not all of it could be had at once.</summary>
    public const string Fok = "FOK_NOT_FILLED";

    /// <summary>Nothing of it could be had at once.</summary>
    public const string Fak = "FAK_NOT_FILLED";

    /// <summary>The order never came; on paper that is certain.</summary>
    public const string Never = "NEVER_RECEIVED";

    /// <summary>The market has no split and merge.</summary>
    public const string NoMerge = "NO_MERGE";
}
