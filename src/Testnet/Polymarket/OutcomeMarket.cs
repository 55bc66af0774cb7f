using Strikeline.Crypto;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>One condition with its two tokens, and the book of both.</summary>
/// <remarks>
/// One book for both, in terms of the first token: buying the second at p is selling the first at 1 − p, as the venue
/// matches them, so that the asks of both never sum below one. A split market has a book for each token, and nothing
/// between them: the testnet's own, for who looks for what the venue's matching takes away. Under the floor's lock.
/// </remarks>
internal sealed class OutcomeMarket
{
    public const int Yes = 0;
    public const int No = 1;

    /// <summary>The smallest order that may rest: five shares.</summary>
    public const long MinLots = 5 * OutcomeUnits.LotsPerShare;

    private const int FineTick = 10;
    private const int UpperEdge = 9_600;
    private const int LowerEdge = 400;

    private readonly LimitBook[] _books;

    public OutcomeMarket(bool isSplit)
    {
        IsSplit = isSplit;
        var first = new LimitBook();
        _books = [first, isSplit ? new LimitBook() : first];
    }

    /// <summary>True where each token has a book of its own.</summary>
    public bool IsSplit { get; }

    public required OutcomeEvent Event { get; init; }

    public required string Id { get; init; }

    public required string Slug { get; init; }

    public required string Question { get; init; }

    /// <summary>What it is called among the markets of its event; empty where it is alone.</summary>
    public string GroupTitle { get; init; } = "";

    public required string ConditionId { get; init; }

    public required string QuestionId { get; init; }

    public required IReadOnlyList<UInt256> Tokens { get; init; }

    public required IReadOnlyList<string> TokenTexts { get; init; }

    public required IReadOnlyList<string> Outcomes { get; init; }

    /// <summary>As Gamma says: <c>v1</c>, or <c>v2</c> of the new position tokens.</summary>
    public string Version { get; init; } = "v1";

    public required ExchangeDomain Domain { get; init; }

    public required FeeSchedule Fees { get; init; }

    /// <summary>True where orders that would take are held for a moment.</summary>
    public bool HoldsTakers { get; init; }

    /// <summary>True for the market of an augmented event that stands for everything unnamed.</summary>
    public bool IsOther { get; init; }

    /// <summary>True for a market of an augmented event that nobody has named yet: it is not traded.</summary>
    public bool IsPlaceholder { get; init; }

    /// <summary>The strike of a ladder, in 10^-8 dollars.</summary>
    public long Strike { get; init; }

    /// <summary>When the CLOB begins to know it.</summary>
    public required long HydratedNanos { get; init; }

    public long CreatedNanos => Event.CreatedNanos;

    public long EndNanos => Event.EndNanos;

    /// <summary>The core's book of each token; of a market that is not split twice the same.</summary>
    public required IReadOnlyList<short> Instruments { get; init; }

    /// <summary>The smallest step of its price.</summary>
    public int Tick { get; private set; } = 100;

    /// <summary>The outcome that came true; null before.</summary>
    public int? Winner { get; private set; }

    public long ResolvedNanos { get; private set; }

    /// <summary>True once clients of the market channel were told that it exists.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>What complete sets of both tokens are backed with.</summary>
    public long CollateralMicros { get; set; }

    /// <summary>Shares times price of all that was traded.</summary>
    public long VolumeMicros { get; set; }

    /// <summary>The price of the newest trade in terms of its own token; zero before the first.</summary>
    public int LastPrice { get; set; }

    public int LastPriceToken { get; set; }

    public bool LastWasBuy { get; set; }

    /// <summary>What the crowd thinks that the first outcome is worth, of one.</summary>
    public double Fair { get; set; } = 0.5;

    /// <summary>The book of each token; of a market that is not split both are one, in terms of the first token.
    /// </summary>
    public IReadOnlyList<LimitBook> Books => _books;

    public bool IsTradable(long nowNanos) =>
        !IsPlaceholder && Winner is null && nowNanos >= HydratedNanos && nowNanos < EndNanos;

    public bool IsKnown(long nowNanos) => nowNanos >= HydratedNanos;

    public int TokenOf(UInt256 token) => Tokens[Yes] == token ? Yes : Tokens[No] == token ? No : -1;

    /// <summary>Where a token's order stands in its book.</summary>
    public (Side Side, int Price) InBook(int token, Side side, int price) => token == Yes || IsSplit
        ? (side, price)
        : (Other(side), OutcomeUnits.Dollar - price);

    /// <summary>Best bid and ask of a token; zero where there is none.</summary>
    public (int Bid, int Ask) Best(int token)
    {
        var (bid, ask) = ((int)_books[token].Best(Side.Buy).Price, (int)_books[token].Best(Side.Sell).Price);
        return token == Yes || IsSplit
            ? (bid, ask)
            : (ask == 0 ? 0 : OutcomeUnits.Dollar - ask, bid == 0 ? 0 : OutcomeUnits.Dollar - bid);
    }

    /// <summary>The levels of one side of a token's book, best first.</summary>
    public List<Level> Levels(int token, Side side)
    {
        var isMirrored = token == No && !IsSplit;
        var levels = new List<Level>();
        _books[token].CopyTop(isMirrored ? Other(side) : side, int.MaxValue, levels);
        for (var i = 0; isMirrored && i < levels.Count; i++)
        {
            levels[i] = levels[i] with { Price = OutcomeUnits.Dollar - levels[i].Price };
        }

        return levels;
    }

    /// <summary>Lots at a price of a token's book.</summary>
    public long LotsAt(int token, Side side, int price)
    {
        var (inSide, inPrice) = InBook(token, side, price);
        return _books[token].Quantity(inSide, inPrice);
    }

    /// <summary>Takes a finer tick where the price has come near an edge.</summary>
    /// <returns>The tick from before; zero where nothing has changed.</returns>
    public int RefineTick()
    {
        var (bid, ask) = Best(Yes);
        var middle = (bid + ask) / 2;
        return Tick > FineTick && bid != 0 && ask != 0 && (middle > UpperEdge || middle < LowerEdge)
            ? SetTick(FineTick)
            : 0;
    }

    public int SetTick(int tick)
    {
        var before = Tick;
        Tick = tick;
        return before;
    }

    public static Side Other(Side side) => side == Side.Buy ? Side.Sell : Side.Buy;

    public void Resolve(int winner, long nowNanos) => (Winner, ResolvedNanos) = (winner, nowNanos);
}
