using System.Globalization;
using System.Text;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>Books of two markets that change at random, and what the venue would say of each change. Seeded.</summary>
internal sealed class PolymarketStream
{
    private readonly Random _random;
    private readonly SortedDictionary<int, long>[] _bids = [[], []];
    private readonly SortedDictionary<int, long>[] _asks = [[], []];

    public PolymarketStream(int seed)
    {
        _random = new Random(seed);
        for (var market = 0; market < 2; market++)
        {
            for (var i = 1; i <= 8; i++)
            {
                _bids[market][50 - i] = Size();
                _asks[market][50 + i] = Size();
            }
        }
    }

    public static string[] Tokens { get; } = [PolymarketTexts.Yes, PolymarketTexts.No, "111222333", "444555666"];

    /// <summary>So many messages, the first of them the books.</summary>
    public List<byte[]> Take(int count)
    {
        var frames = new List<string>();
        for (var market = 0; market < 2; market++)
        {
            frames.Add(Whole(market, no: false));
            frames.Add(Whole(market, no: true));
        }

        while (frames.Count < count)
        {
            Step(frames);
        }

        return frames.ConvertAll(Encoding.UTF8.GetBytes);
    }

    private void Step(List<string> frames)
    {
        var market = _random.Next(2);
        var millis = 10_000L + frames.Count;
        switch (_random.Next(12))
        {
            case 0:
                frames.Add($"[{Whole(market, no: false, millis)},{Whole(market, no: true, millis)}]");
                break;
            case 1:
                frames.Add(
                    $"{{\"asset_id\":\"{Tokens[market * 2]}\",\"event_type\":\"last_trade_price\",\"fee_rate_bps\":\"0\",\"market\":\"0x{market}\","
                    + $"\"price\":\"0.5\",\"side\":\"SELL\",\"size\":\"3.25\",\"timestamp\":\"{millis}\"}}");
                break;
            case 2:
                var (bid, ask) = Best(market);
                frames.Add(
                    $"{{\"event_type\":\"best_bid_ask\",\"market\":\"0x{market}\",\"asset_id\":\"{Tokens[market * 2]}\",\"best_bid\":\"{Cents(bid)}\","
                    + $"\"best_ask\":\"{Cents(ask)}\",\"spread\":\"0.02\",\"timestamp\":\"{millis}\"}}");
                break;
            default:
                frames.Add(Change(market, millis));
                break;
        }
    }

    private string Change(int market, long millis)
    {
        var buy = _random.Next(2) == 0;
        var side = buy ? _bids[market] : _asks[market];
        var (bid, ask) = Best(market);
        var price = buy ? _random.Next(Math.Max(2, ask - 12), ask) : _random.Next(bid + 1, Math.Min(99, bid + 13));
        var size = side.Count > 6 && _random.Next(3) == 0 ? 0 : Size();
        if (size == 0)
        {
            price = side.Keys.ElementAt(_random.Next(side.Count));
            side.Remove(price);
        }
        else
        {
            side[price] = size;
        }

        (bid, ask) = Best(market);
        var text = Amount(size);
        return PolymarketTexts.Change(
            millis,
            PolymarketTexts.Item(Tokens[market * 2], buy ? "BUY" : "SELL", Cents(price), text, Cents(bid), Cents(ask)),
            PolymarketTexts.Item(Tokens[(market * 2) + 1], buy ? "SELL" : "BUY", Cents(100 - price), text, Cents(100 - ask), Cents(100 - bid)));
    }

    private (int Bid, int Ask) Best(int market) => (_bids[market].Keys.Last(), _asks[market].Keys.First());

    private string Whole(int market, bool no, long millis = 1_000)
    {
        var bids = no ? _asks[market].Select(level => (100 - level.Key, level.Value)) : _bids[market].Select(level => (level.Key, level.Value));
        var asks = no ? _bids[market].Select(level => (100 - level.Key, level.Value)) : _asks[market].Select(level => (level.Key, level.Value));
        return PolymarketTexts.Book(
            Tokens[(market * 2) + (no ? 1 : 0)], Text(bids), Text(asks), millis, $",\"last_trade_price\":\"0.5\",\"tick_size\":\"0.01\"");
    }

    private static string Text(IEnumerable<(int Price, long Size)> levels) =>
        string.Join(' ', levels.Select(level => $"{Amount(level.Size)}@{Cents(level.Price)}"));

    private static string Cents(int cents) => (cents / 100m).ToString(CultureInfo.InvariantCulture);

    private static string Amount(long hundredths) => (hundredths / 100m).ToString(CultureInfo.InvariantCulture);

    private long Size() => _random.NextInt64(1, 100_000);
}
