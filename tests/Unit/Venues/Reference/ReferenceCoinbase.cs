using System.Text.Json;

namespace Strikeline.Unit.Venues.Reference;

/// <summary>
/// Coinbase Advanced Trade: sequence_num counts all messages of the connection, a hole costs every book. Coinbase
/// Exchange: a snapshot, then l2update changes; match messages are the trades, last_match is none.
/// </summary>
internal sealed class ReferenceCoinbase : ReferenceFeed
{
    private long _sequence = -1;

    protected override string? Take(JsonElement frame, string context) =>
        frame.TryGetProperty("channel", out var channel) ? Advanced(frame, channel.GetString()!) : Exchange(frame);

    private string? Advanced(JsonElement frame, string channel)
    {
        var sequence = frame.GetProperty("sequence_num").GetInt64();
        if (_sequence >= 0 && sequence != _sequence + 1)
        {
            foreach (var book in Books.Values)
            {
                book.Clear();
            }
        }

        _sequence = sequence;
        Trades += channel == "market_trades" ? 1 : 0;
        string? pair = null;
        if (channel == "l2_data")
        {
            foreach (var part in frame.GetProperty("events").EnumerateArray())
            {
                pair = part.GetProperty("product_id").GetString()!;
                L2(BookOf(pair), part);
            }
        }

        return pair;
    }

    private static void L2(PlainBook book, JsonElement part)
    {
        if (part.GetProperty("type").GetString() == "snapshot")
        {
            book.Clear();
            book.Synced = true;
        }

        if (!book.Synced)
        {
            return;
        }

        foreach (var update in part.GetProperty("updates").EnumerateArray())
        {
            book.Set(
                update.GetProperty("side").GetString() == "bid",
                PlainBook.Number(update.GetProperty("price_level")),
                PlainBook.Number(update.GetProperty("new_quantity")));
        }
    }

    private string? Exchange(JsonElement frame)
    {
        var type = frame.GetProperty("type").GetString();
        Trades += type == "match" ? 1 : 0;
        if (type is not ("snapshot" or "l2update"))
        {
            return null;
        }

        var pair = frame.GetProperty("product_id").GetString()!;
        var book = BookOf(pair);
        if (type == "snapshot")
        {
            book.Clear();
            book.Synced = true;
            book.SetPairs(true, frame.GetProperty("bids"));
            book.SetPairs(false, frame.GetProperty("asks"));
        }
        else if (book.Synced)
        {
            foreach (var change in frame.GetProperty("changes").EnumerateArray())
            {
                book.Set(
                    change[0].GetString() == "buy", PlainBook.Number(change[1]), PlainBook.Number(change[2]));
            }
        }

        return pair;
    }
}
