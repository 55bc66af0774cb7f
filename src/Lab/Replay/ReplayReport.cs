using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>The last state of one book of a replay.</summary>
/// <param name="BestBid">Decimal text; null where the book is not proven or the side is empty.</param>
/// <param name="BestAsk">Decimal text; null where the book is not proven or the side is empty.</param>
/// <param name="BidLevels">Levels held.</param>
/// <param name="AskLevels">Levels held.</param>
/// <param name="Proven">True where the book is complete by the venue's own rule.</param>
public sealed record BookLine(string? BestBid, string? BestAsk, int BidLevels, int AskLevels, bool Proven)
{
    internal static BookLine Of(FeedInstrument instrument)
    {
        var book = instrument.Book;
        return new BookLine(
            Price(instrument, book.Bids), Price(instrument, book.Asks), book.Bids.Count, book.Asks.Count,
            instrument.IsProven);
    }

    internal static BookLine Of(OutcomeBook book)
    {
        var proven = book.Proof == BookProof.Proven;
        return new BookLine(
            Price(proven, book.Levels.Bids), Price(proven, book.Levels.Asks), book.Levels.Bids.Count,
            book.Levels.Asks.Count, proven);
    }

    private static string? Price(bool proven, BookSide side) =>
        proven && side.Count > 0 ? Micros.ToText(side.Best.Price) : null;

    private static string? Price(FeedInstrument instrument, BookSide side) =>
        instrument.IsProven && side.Count > 0
            ? DecimalText.ToShortText(side.Best.Price, instrument.Grid.PriceDecimals)
            : null;
}

/// <summary>What a replay of one venue's traffic came to.</summary>
public sealed class ReplayReport
{
    private readonly long[] _rejected = new long[Enum.GetValues<RejectReason>().Length];

    /// <summary>The venue.</summary>
    public required Venue Venue { get; init; }

    /// <summary>Messages received, REST snapshots included.</summary>
    public long Frames { get; private set; }

    /// <summary>Messages understood.</summary>
    public long Parsed { get; private set; }

    /// <summary>Messages refused.</summary>
    public long Rejected { get; private set; }

    /// <summary>Holes in the venue's sequence.</summary>
    public long Gaps { get; private set; }

    /// <summary>Checksums compared.</summary>
    public long ChecksumsChecked { get; private set; }

    /// <summary>Checksums that did not match.</summary>
    public long ChecksumFailures { get; private set; }

    /// <summary>Messages of trade channels.</summary>
    public long Trades { get; private set; }

    /// <summary>Books by symbol, or by token.</summary>
    public SortedDictionary<string, BookLine> Books { get; } = new(StringComparer.Ordinal);

    /// <summary>Hash of all normalised events in order.</summary>
    public required string DecisionHash { get; init; }

    /// <summary>How many frames were refused for each reason; only reasons that occurred.</summary>
    public IEnumerable<(RejectReason Reason, long Count)> RejectedByReason =>
        Enum.GetValues<RejectReason>().Select(r => (r, _rejected[(int)r])).Where(pair => pair.Item2 > 0);

    /// <summary>Writes the report as the JSON object that other programs read.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("frames", Frames);
        json.WriteNumber("parsed", Parsed);
        json.WriteNumber("rejected", Rejected);
        json.WriteNumber("gaps", Gaps);
        json.WriteNumber("checksumsChecked", ChecksumsChecked);
        json.WriteNumber("checksumFailures", ChecksumFailures);
        json.WriteNumber("trades", Trades);
        json.WriteStartObject("books");
        foreach (var (symbol, book) in Books)
        {
            json.WriteStartObject(symbol);
            json.WriteString("bestBid", book.BestBid);
            json.WriteString("bestAsk", book.BestAsk);
            json.WriteNumber("bidLevels", book.BidLevels);
            json.WriteNumber("askLevels", book.AskLevels);
            json.WriteBoolean("proven", book.Proven);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteString("decisionHash", DecisionHash);
        json.WriteEndObject();
    }

    internal void AddUnheard(long frames)
    {
        Frames += frames;
        Parsed += frames;
    }

    internal void Add(FeedTally tally)
    {
        Frames += tally.Frames;
        Parsed += tally.Parsed;
        Rejected += tally.Rejected;
        Gaps += tally.Gaps;
        ChecksumsChecked += tally.ChecksumsChecked;
        ChecksumFailures += tally.ChecksumFailures;
        Trades += tally.TradeMessages;
        foreach (var reason in Enum.GetValues<RejectReason>())
        {
            _rejected[(int)reason] += tally.RejectedFor(reason);
        }
    }
}
