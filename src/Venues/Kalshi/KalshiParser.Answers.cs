using System.Text.Json;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Kalshi;

/// <summary>Answers of REST, told apart by their fields.</summary>
internal sealed partial class KalshiParser
{
    private const string MarketsPath = "/markets/";
    private const string BookPath = "/orderbook";

    private static readonly byte[][] AnswerNames =
        ["ticker"u8.ToArray(), "orderbook_fp"u8.ToArray(), "orderbook"u8.ToArray()];

    // The answer's two shapes, in one order with the socket's.
    private static readonly byte[][] SideNames =
    [
        "yes_dollars_fp"u8.ToArray(), "yes_dollars"u8.ToArray(), "yes"u8.ToArray(), "no_dollars_fp"u8.ToArray(),
        "no_dollars"u8.ToArray(), "no"u8.ToArray(),
    ];

    /// <summary>The market of <c>…/markets/T/orderbook</c>; null for other paths.</summary>
    public static string? TickerOfBookPath(string context)
    {
        var end = context.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? context : context[..end];
        var start = path.IndexOf(MarketsPath, StringComparison.Ordinal);
        var ticker = start < 0 || !path.EndsWith(BookPath, StringComparison.Ordinal)
            ? string.Empty
            : path[Math.Min(start + MarketsPath.Length, path.Length - BookPath.Length)..^BookPath.Length];
        return ticker.Length > 0 && !ticker.Contains('/', StringComparison.Ordinal) ? ticker : null;
    }

    private RejectReason ParseAnswer(
        ReadOnlySpan<byte> frame, string context, ReadOnlySpan<JsonSlice> f, KalshiFrame into)
    {
        // An answer concerns no subscription: whatever is wrong with it, the socket's books stand.
        into.HasEnvelope = context.Length > 0;
        into.IsHarmless = context.Length > 0;
        if (f[4].Exists)
        {
            return ParseBooks(frame, f[4], into);
        }

        if (f[5].Exists || f[6].Exists)
        {
            if (TickerOfBookPath(context) is not { } ticker)
            {
                return RejectReason.MissingField;
            }

            into.Book = books.Find(ticker);
            into.Kind = KalshiKind.Books;
            return into.Book is null
                ? RejectReason.UnknownSymbol
                : ParseBook(frame, f[5].Exists ? f[5] : f[6], into.Book, into);
        }

        if (f[7].Exists || f[8].Exists || f[9].Exists || f[10].Exists || f[11].Exists)
        {
            into.Kind = KalshiKind.Document;
            return RejectReason.None;
        }

        return RejectReason.UnknownShape;
    }

    private RejectReason ParseBooks(ReadOnlySpan<byte> frame, JsonSlice list, KalshiFrame into)
    {
        if (list.Type != JsonTokenType.StartArray)
        {
            return RejectReason.BadField;
        }

        into.Kind = KalshiKind.Books;
        Span<JsonSlice> f = stackalloc JsonSlice[3];
        var items = new JsonItems(JsonFields.Raw(frame, list));
        while (items.Next(out var json))
        {
            var reason = JsonFields.Read(json, AnswerNames, f);
            reason = reason == RejectReason.None ? FindBook(json, f[0], into) : reason;
            if (reason == RejectReason.UnknownSymbol)
            {
                // Asked for a moment ago and of no interest any more.
                continue;
            }

            if (reason == RejectReason.None && !f[1].Exists && !f[2].Exists)
            {
                reason = RejectReason.MissingField;
            }

            if (reason == RejectReason.None)
            {
                reason = into.Count >= MostPartsOfAnAnswer
                    ? RejectReason.TooLarge
                    : ParseBook(json, f[1].Exists ? f[1] : f[2], into.Book!, into);
            }

            if (reason != RejectReason.None)
            {
                return reason;
            }
        }

        into.Book = null;
        return RejectReason.None;
    }

    private static RejectReason ParseBook(
        ReadOnlySpan<byte> json, JsonSlice slice, KalshiBook book, KalshiFrame into)
    {
        if (slice.Type != JsonTokenType.StartObject)
        {
            return RejectReason.BadField;
        }

        Span<JsonSlice> f = stackalloc JsonSlice[6];
        var sides = JsonFields.Raw(json, slice);
        var reason = JsonFields.Read(sides, SideNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        into.Add(book);
        reason = ReadSide(sides, f[..3], yes: true, into);
        return reason == RejectReason.None ? ReadSide(sides, f[3..6], yes: false, into) : reason;
    }
}
