using System.Globalization;
using System.Text;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Lab;

/// <summary>One message shape of one venue, with the code that a straightforward reader would have for it.</summary>
/// <param name="Name">Venue and message.</param>
/// <param name="Venue">The venue.</param>
/// <param name="Setup">Frames that come first, such as the snapshot.</param>
/// <param name="Frames">The frames that are measured.</param>
/// <param name="Baseline">Reads a frame through a source-generated model and parses its prices.</param>
internal sealed record BenchShape(
    string Name, Venue Venue, byte[][] Setup, byte[][] Frames, Func<byte[], long> Baseline);

/// <summary>Frames made in the venues' own layout, with numbers that vary as real ones do; always the same.</summary>
internal static class BenchFrames
{
    private const int Count = 4_096;

    public static IEnumerable<BenchShape> All()
    {
        yield return new("binance bookTicker", Venue.Binance, [], Make(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"stream\":\"btcusdt@bookTicker\",\"data\":{{\"u\":{50093239212 + i},\"s\":\"BTCUSDT\","
            + $"\"b\":\"{Price(i)}\",\"B\":\"{Size(i)}\",\"a\":\"{Price(i + 1)}\",\"A\":\"{Size(i + 3)}\"}}}}")),
            frame =>
            {
                var data = JsonSerializer.Deserialize(frame, BenchModels.Default.CombinedQuote)!.Data;
                return Number(data.Bid) + Number(data.BidSize) + Number(data.Ask) + Number(data.AskSize);
            });
        yield return new("binance trade", Venue.Binance, [], Make(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"stream\":\"btcusdt@trade\",\"data\":{{\"e\":\"trade\",\"E\":{1723161255343 + i},\"s\":\"BTCUSDT\","
            + $"\"t\":{3735683259 + i},\"p\":\"{Price(i)}\",\"q\":\"{Size(i)}\",\"T\":{1723161255342 + i},"
            + $"\"m\":{(i % 2 == 0 ? "true" : "false")},\"M\":true}}}}")),
            frame =>
            {
                var data = JsonSerializer.Deserialize(frame, BenchModels.Default.CombinedTrade)!.Data;
                return Number(data.p) + Number(data.q);
            });
        yield return new("bybit orderbook.1", Venue.Bybit, [], Make(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"topic\":\"orderbook.1.BTCUSDT\",\"ts\":{1733011200691 + i},\"type\":\"snapshot\",\"data\":"
            + $"{{\"s\":\"BTCUSDT\",\"b\":[[\"{ShortPrice(i)}\",\"{ShortSize(i)}\"]],"
            + $"\"a\":[[\"{ShortPrice(i + 1)}\",\"{ShortSize(i + 3)}\"]],"
            + $"\"u\":{20254870 + i},\"seq\":{130020239261 + i}}},"
            + $"\"cts\":{1733011200690 + i}}}")),
            frame =>
            {
                var data = JsonSerializer.Deserialize(frame, BenchModels.Default.BybitBook)!.Data;
                return Sum(data.b) + Sum(data.a);
            });
        yield return new("kraken v2 book, one level a side", Venue.Kraken, [], Make(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"channel\":\"book\",\"type\":\"update\",\"data\":[{{\"symbol\":\"BTC/USD\","
            + $"\"bids\":[{{\"price\":{ShortPrice(i)},\"qty\":{ShortSize(i)}}}],"
            + $"\"asks\":[{{\"price\":{ShortPrice(i + 1)},\"qty\":{ShortSize(i + 3)}}}],"
            + $"\"checksum\":{2439117997 - (uint)i},\"timestamp\":\"2023-10-06T17:35:55.440295Z\"}}]}}")),
            frame =>
            {
                var data = JsonSerializer.Deserialize(frame, BenchModels.Default.KrakenBook)!.data[0];
                return (long)(data.bids[0].price + data.bids[0].qty + data.asks[0].price + data.asks[0].qty);
            });
        yield return new("coinbase l2_data, one level a side", Venue.Coinbase, [], Make(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"channel\":\"l2_data\",\"client_id\":\"\",\"timestamp\":\"2024-10-04T07:13:31.158696693Z\","
            + $"\"sequence_num\":{i + 1},\"events\":[{{\"type\":\"update\",\"product_id\":\"BTC-USD\",\"updates\":["
            + $"{{\"side\":\"bid\",\"event_time\":\"2024-10-04T07:13:31.1Z\",\"price_level\":\"{ShortPrice(i)}\","
            + $"\"new_quantity\":\"{ShortSize(i)}\"}},"
            + $"{{\"side\":\"offer\",\"event_time\":\"2024-10-04T07:13:31.1Z\",\"price_level\":\"{ShortPrice(i + 1)}\","
            + $"\"new_quantity\":\"{ShortSize(i + 3)}\"}}]}}]}}")),
            frame =>
            {
                long sum = 0;
                var book = JsonSerializer.Deserialize(frame, BenchModels.Default.CoinbaseBook)!;
                foreach (var update in book.events[0].updates)
                {
                    sum += Number(update.price_level) + Number(update.new_quantity);
                }

                return sum;
            });
    }

    private static byte[][] Make(Func<int, string> text)
    {
        var frames = new byte[Count][];
        for (var i = 0; i < Count; i++)
        {
            frames[i] = Encoding.ASCII.GetBytes(text(i));
        }

        return frames;
    }

    private static string Price(int i) => DecimalText.ToText(6_183_763_000_000 + (i * 37 % 9_999 * 1_000_000L), 8);

    private static string Size(int i) => DecimalText.ToText(378_826_000 + (i * 7_919 % 99_991 * 1_000L), 8);

    private static string ShortPrice(int i) => DecimalText.ToText(6_183_763 + (i * 37 % 9_999), 2);

    private static string ShortSize(int i) => DecimalText.ToText(378_826 + (i * 7_919 % 99_991), 5);

    private static long Number(string text) =>
        (long)(decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * 100_000_000m);

    private static long Sum(string[][] levels)
    {
        long sum = 0;
        foreach (var level in levels)
        {
            sum += Number(level[0]) + Number(level[1]);
        }

        return sum;
    }
}
