using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Kraken;

/// <summary>
/// Kraken spot, dialects v2 (objects) and v1 (arrays), told apart by the frame's first byte and fields. Wire rules:
/// the venue's WebSocket v2 and v1 guides, channels book, trade, ticker, instrument, status and heartbeat.
/// </summary>
internal sealed partial class KrakenParser(InstrumentTable instruments) : IFrameParser
{
    private readonly IsoTime _clock = new();

    private static readonly byte[][] RootNames =
    [
        "channel"u8.ToArray(), "type"u8.ToArray(), "data"u8.ToArray(), "method"u8.ToArray(), "result"u8.ToArray(),
        "success"u8.ToArray(), "event"u8.ToArray(), "error"u8.ToArray(),
    ];

    private static readonly byte[][] UnusedChannels =
    [
        "heartbeat"u8.ToArray(), "status"u8.ToArray(), "ohlc"u8.ToArray(), "level3"u8.ToArray(),
        "executions"u8.ToArray(), "balances"u8.ToArray(),
    ];

    private static readonly byte[][] V1Events =
    [
        "systemStatus"u8.ToArray(), "subscriptionStatus"u8.ToArray(), "heartbeat"u8.ToArray(), "pong"u8.ToArray(),
        "error"u8.ToArray(),
    ];

    /// <inheritdoc/>
    public RejectReason Parse(ReadOnlySpan<byte> frame, string context, FrameEvents into)
    {
        var first = frame.Length == 0 ? (byte)0 : frame[0];
        if (first == '{')
        {
            if (TryFastBook(frame, into))
            {
                return RejectReason.None;
            }

            into.Clear();
        }
        else if (first == '[')
        {
            if (TryFastV1Book(frame, into))
            {
                return RejectReason.None;
            }

            into.Clear();
        }

        var start = frame.IndexOfAnyExcept(" \t\r\n"u8);
        return start >= 0 && frame[start] == '[' ? ParseV1(frame, into) : ParseObject(frame, into);
    }

    private RejectReason ParseObject(ReadOnlySpan<byte> frame, FrameEvents into)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[8];
        var reason = JsonFields.Read(frame, RootNames, f);
        if (reason != RejectReason.None)
        {
            return reason;
        }

        if (f[3].Exists)
        {
            ReadAcknowledgement(frame, f);
            into.IsRefusal = f[7].Exists || f[5].Type == System.Text.Json.JsonTokenType.False;
            return f[5].Exists || JsonFields.TextIs(frame, f[3], "pong"u8)
                ? RejectReason.None
                : RejectReason.MissingField;
        }

        if (f[6].Exists)
        {
            return IsOneOf(frame, f[6], V1Events) ? RejectReason.None : RejectReason.UnknownShape;
        }

        if (!f[0].Exists)
        {
            // {"error":"…"} answers a frame that the venue could not read.
            into.IsRefusal = f[7].Exists;
            return f[7].Exists ? RejectReason.None : RejectReason.UnknownShape;
        }

        if (IsOneOf(frame, f[0], UnusedChannels))
        {
            return RejectReason.None;
        }

        if (!f[2].Exists || !f[1].Exists)
        {
            return RejectReason.MissingField;
        }

        var snapshot = JsonFields.TextIs(frame, f[1], "snapshot"u8);
        if (!snapshot && !JsonFields.TextIs(frame, f[1], "update"u8))
        {
            return RejectReason.BadField;
        }

        if (JsonFields.TextIs(frame, f[0], "book"u8))
        {
            return ParseBooks(frame, f[2], snapshot, into);
        }

        if (JsonFields.TextIs(frame, f[0], "trade"u8))
        {
            return ParseTrades(frame, f[2], snapshot, into);
        }

        if (JsonFields.TextIs(frame, f[0], "ticker"u8))
        {
            return ParseTickers(frame, f[2], into);
        }

        return JsonFields.TextIs(frame, f[0], "instrument"u8)
            ? ParseInstruments(frame, f[2])
            : RejectReason.UnknownShape;
    }

    private static bool IsOneOf(ReadOnlySpan<byte> frame, JsonSlice slice, byte[][] words)
    {
        foreach (var word in words)
        {
            if (JsonFields.TextIs(frame, slice, word))
            {
                return true;
            }
        }

        return false;
    }
}
