using System.Text;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;
using Strikeline.Venues.Polymarket;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>A decoder with a market of two tokens, and frames for it.</summary>
internal sealed class PolymarketTexts
{
    public const string Yes = "104239898038807136052399800151408521467737075933964991162589336683346093173875";
    public const string No = "71183960810705820955071415844881728181970340514894896943812046065452395013351";
    public const string Market = "0x78443f961b9a65869dcb39359de9960165c7e5cbad0904eac7f29cd77872a63b";

    public PolymarketTexts(bool discover = true)
    {
        Decoder = new PolymarketDecoder(Record, discover, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(150));
        Decoder.Connected(1, 0);
    }

    public OutcomeRecord Record { get; } = new();

    public PolymarketDecoder Decoder { get; }

    public static string Book(string token, string bids, string asks, long millis = 1_000, string more = "") =>
        $"{{\"event_type\":\"book\",\"asset_id\":\"{token}\",\"market\":\"{Market}\",\"bids\":[{Levels(bids)}],"
        + $"\"asks\":[{Levels(asks)}],\"timestamp\":\"{millis}\",\"hash\":\"0xab\"{more}}}";

    public static string Change(long millis, params string[] items) =>
        $"{{\"market\":\"{Market}\",\"price_changes\":[{string.Join(',', items)}],\"timestamp\":\"{millis}\","
        + "\"event_type\":\"price_change\"}";

    public static string Item(string token, string side, string price, string size, string bid, string ask) =>
        $"{{\"asset_id\":\"{token}\",\"price\":\"{price}\",\"size\":\"{size}\",\"side\":\"{side}\",\"hash\":\"h\","
        + $"\"best_bid\":\"{bid}\",\"best_ask\":\"{ask}\"}}";

    public static string Tick(string token, string from, string to, long millis) =>
        $"{{\"event_type\":\"tick_size_change\",\"asset_id\":\"{token}\",\"market\":\"{Market}\","
        + $"\"old_tick_size\":\"{from}\",\"new_tick_size\":\"{to}\",\"timestamp\":\"{millis}\"}}";

    /// <summary>A market as Gamma describes it: v1, btc, five minutes from 1773307200.</summary>
    public static string Gamma(string more = "", string rules = Twap, string outcomes = "[\\\"Up\\\", \\\"Down\\\"]") =>
        "{\"id\":\"1\",\"question\":\"Bitcoin Up or Down\",\"conditionId\":\"" + Market + "\","
        + "\"slug\":\"btc-updown-5m-1773307200\",\"description\":\"" + rules + "\",\"outcomes\":\"" + outcomes + "\","
        + "\"clobTokenIds\":\"[\\\"" + Yes + "\\\", \\\"" + No + "\\\"]\",\"active\":true,\"closed\":false,"
        + "\"acceptingOrders\":true,\"enableOrderBook\":true,\"orderPriceMinTickSize\":0.01,\"orderMinSize\":5,"
        + "\"endDate\":\"2026-03-12T09:25:00Z\",\"eventStartTime\":\"2026-03-12T09:20:00Z\",\"feesEnabled\":true,"
        + "\"feeType\":\"crypto_fees_v2\",\"feeSchedule\":{\"exponent\":1,\"rate\":0.07,\"takerOnly\":true,\"rebateRate\":0.2}"
        + more + "}";

    public const string Twap =
        "This market will resolve to Up if the 60-second TWAP of BTC/USD at the end is greater than or equal to the one at "
        + "the beginning. The resolution source is the Chainlink data stream.";

    public const string Terms =
        "{\"t\":[{\"t\":\"" + Yes + "\",\"o\":\"Up\"},{\"t\":\"" + No + "\",\"o\":\"Down\"}],\"mos\":5,\"mts\":0.01,"
        + "\"mbf\":0,\"tbf\":0,\"itode\":true,\"nr\":false,\"ao\":true,\"fd\":{\"r\":0.07,\"e\":1,\"to\":true}}";

    public RejectReason Say(string text, long nanos, int connection = 1) =>
        Decoder.Accept(connection, Encoding.UTF8.GetBytes(text), string.Empty, nanos);

    public RejectReason Reply(string path, string text, long nanos) =>
        Decoder.Accept(0, Encoding.UTF8.GetBytes(text), path, nanos);

    /// <summary>The market described and open.</summary>
    public void Describe(string gamma, string? terms = Terms, long nanos = 1)
    {
        Reply("/markets/keyset?slug=x", $"{{\"markets\":[{gamma}],\"next_cursor\":\"\"}}", nanos);
        if (terms is not null)
        {
            Reply($"/clob-markets/{Market}", terms, nanos);
        }
    }

    private static string Levels(string levels) => levels.Length == 0 ? string.Empty : string.Join(
        ',', levels.Split(' ').Select(level => level.Split('@'))
            .Select(parts => $"{{\"price\":\"{parts[1]}\",\"size\":\"{parts[0]}\"}}"));
}
