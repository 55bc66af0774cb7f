using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>One market's bids on both sides, and the books of its two tokens that follow from them.</summary>
/// <remarks>
/// Feed loop only. The venue sends bids alone: a bid for NO at y is an offer of YES at 1 − y, and the other way round,
/// so
/// that each level stands in both tokens' books. <see cref="Yes"/>'s bids are the YES side, <see cref="No"/>'s bids the
/// NO side.
/// </remarks>
internal sealed class KalshiBook(string ticker)
{
    private Level[] _mirror = new Level[64];

    /// <summary>The market.</summary>
    public string Ticker { get; } = ticker;

    /// <summary>Book of the YES token.</summary>
    public OutcomeBook Yes { get; } = new(KalshiNames.Yes(ticker), ticker);

    /// <summary>Book of the NO token.</summary>
    public OutcomeBook No { get; } = new(KalshiNames.No(ticker), ticker);

    /// <summary>The socket's subscription whose snapshot the book stands on; -1 where it stands on none.</summary>
    public long Sid { get; set; } = -1;

    /// <summary>When the newest message about the book arrived; of a polled book the time that it is true as
    /// of.</summary>
    public long AsOfNanos { get; set; }

    /// <summary>When the levels last changed; zero where they never did.</summary>
    public long ChangedNanos { get; set; }

    /// <summary>Holes that took the book's proof.</summary>
    public long Gaps { get; set; }

    /// <summary>Trades told of the market.</summary>
    public long Trades { get; set; }

    /// <summary>Since when the venue's best prices contradict a book that does not move; zero where they
    /// agree.</summary>
    public long DoubtNanos { get; set; }

    /// <summary>Changes of the book at <see cref="DoubtNanos"/>.</summary>
    public long DoubtChanges { get; set; }

    /// <summary>Where the book stands, for reports.</summary>
    public FeedState State { get; set; }

    /// <summary>Since when <see cref="State"/> holds.</summary>
    public long StateNanos { get; set; }

    /// <summary>Whether the books may be believed: of both tokens alike.</summary>
    public BookProof Proof => Yes.Proof;

    /// <summary>Replaces both sides.</summary>
    public void Load(ReadOnlySpan<Level> yes, ReadOnlySpan<Level> no)
    {
        var mirrored = Mirror(no);
        Yes.Levels.Load(yes, mirrored);
        mirrored = Mirror(yes);
        No.Levels.Load(no, mirrored);
    }

    /// <summary>Changes one level by a signed size.</summary>
    /// <returns>False where the level would fall below zero or grow beyond all measure: something is
    /// missing.</returns>
    public bool TryChange(bool yes, long pricePpm, long changeMicro)
    {
        var (own, other) = yes ? (Yes.Levels, No.Levels) : (No.Levels, Yes.Levels);
        var size = own.Bids.QuantityAt(pricePpm) + changeMicro;
        if (size is < 0 or > KalshiNumbers.MostMicro)
        {
            return false;
        }

        var bid = new Level(pricePpm, size);
        var ask = new Level(Micros.One - pricePpm, size);
        own.Apply(new ReadOnlySpan<Level>(in bid), default);
        other.Apply(default, new ReadOnlySpan<Level>(in ask));
        return true;
    }

    /// <summary>Empties both books.</summary>
    public void Clear()
    {
        Sid = -1;
        DoubtNanos = 0;
        Yes.Levels.Clear();
        No.Levels.Clear();
    }

    private ReadOnlySpan<Level> Mirror(ReadOnlySpan<Level> bids)
    {
        if (_mirror.Length < bids.Length)
        {
            _mirror = new Level[Math.Max(bids.Length, _mirror.Length * 2)];
        }

        for (var i = 0; i < bids.Length; i++)
        {
            _mirror[i] = new Level(Micros.One - bids[i].Price, bids[i].Quantity);
        }

        return _mirror.AsSpan(0, bids.Length);
    }
}
