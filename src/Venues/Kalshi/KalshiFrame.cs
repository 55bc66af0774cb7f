using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>One message, parsed whole before any of it takes effect: a message counts entirely or not at all.</summary>
/// <remarks>Reused for every message; grows to the largest one seen and then allocates nothing. Feed loop
/// only.</remarks>
internal sealed class KalshiFrame
{
    private Level[] _levels = new Level[512];
    private Part[] _parts = new Part[8];
    private int _levelCount;

    /// <summary>What it is.</summary>
    public KalshiKind Kind { get; set; }

    /// <summary>The subscription that it belongs to; -1 where it names none.</summary>
    public long Sid { get; set; }

    /// <summary>Its number in the subscription; -1 where it has none.</summary>
    public long Seq { get; set; }

    /// <summary>True once the outer object was read, so that <see cref="Sid"/> and <see cref="Seq"/> are what it
    /// says.</summary>
    public bool HasEnvelope { get; set; }

    /// <summary>True where it belongs to a channel that cannot change a book.</summary>
    public bool IsHarmless { get; set; }

    /// <summary>True for what the venue sends by itself, whatever it is about; false for answers.</summary>
    public bool IsData { get; set; }

    /// <summary>The market that it is about; null where there is none, or none of ours.</summary>
    public KalshiBook? Book { get; set; }

    /// <summary>Of a delta: true for the YES side. Of a trade: true where the taker bought YES.</summary>
    public bool IsYes { get; set; }

    /// <summary>Of a delta or trade, in parts per million; of a trade the price of YES.</summary>
    public long PricePpm { get; set; }

    /// <summary>Of a delta the signed change, of a trade the size, in millionths of a share.</summary>
    public long SizeMicro { get; set; }

    /// <summary>Of a ticker: best YES bid in parts per million; zero where there is none.</summary>
    public long BidPpm { get; set; }

    /// <summary>Of a ticker: best YES ask in parts per million; 1,000,000 where there is none.</summary>
    public long AskPpm { get; set; }

    /// <summary>The venue's time, nanoseconds since the Unix epoch; zero where it gave none.</summary>
    public long VenueNanos { get; set; }

    /// <summary>Of a refusal: the venue's number of it.</summary>
    public long Code { get; set; }

    /// <summary>Of a subscription: its channel.</summary>
    public KalshiChannel Channel { get; set; }

    /// <summary>Where the message's own object stands in the frame.</summary>
    public Wire.JsonSlice Message { get; set; }

    /// <summary>Number of whole books in the message.</summary>
    public int Count { get; private set; }

    public void Clear()
    {
        Kind = KalshiKind.Nothing;
        Sid = -1;
        Seq = -1;
        HasEnvelope = false;
        IsHarmless = false;
        IsData = false;
        Book = null;
        VenueNanos = 0;
        Code = 0;
        Channel = KalshiChannel.None;
        Message = default;
        Count = 0;
        _levelCount = 0;
    }

    /// <summary>Begins a whole book.</summary>
    public void Add(KalshiBook book)
    {
        if (Count == _parts.Length)
        {
            Array.Resize(ref _parts, Count * 2);
        }

        _parts[Count++] = new Part(book, _levelCount, 0, 0);
    }

    /// <summary>Adds a bid to the newest book; all of YES come before those of NO. False beyond the limit.</summary>
    public bool AddBid(bool yes, long pricePpm, long sizeMicro)
    {
        if (_levelCount == _levels.Length)
        {
            if (_levels.Length >= VenuesLimits.MaxLevelsPerSide)
            {
                return false;
            }

            Array.Resize(ref _levels, _levels.Length * 2);
        }

        _levels[_levelCount++] = new Level(pricePpm, sizeMicro);
        ref var part = ref _parts[Count - 1];
        part = yes ? part with { YesCount = part.YesCount + 1 } : part with { NoCount = part.NoCount + 1 };
        return true;
    }

    /// <summary>A whole book of the message: its market and the bids of both sides.</summary>
    public KalshiBook BookAt(int index, out ReadOnlySpan<Level> yes, out ReadOnlySpan<Level> no)
    {
        var part = _parts[index];
        yes = _levels.AsSpan(part.Start, part.YesCount);
        no = _levels.AsSpan(part.Start + part.YesCount, part.NoCount);
        return part.Book;
    }

    private readonly record struct Part(KalshiBook Book, int Start, int YesCount, int NoCount);
}
