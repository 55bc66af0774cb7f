namespace Strikeline.Testnet.Kalshi;

/// <summary>A series: the template of events that come again and again.</summary>
/// <param name="Ticker">Such as <c>KXBTC15M</c>.</param>
/// <param name="Title">What people read.</param>
/// <param name="Frequency">How often there is an event.</param>
/// <param name="Asset">The asset whose index decides; empty where none does.</param>
/// <param name="Minutes">Length of a window; zero where the series does not roll.</param>
/// <param name="IsLadder">True where an event has a market for each of many strikes.</param>
/// <param name="FeeType">The venue's name of the fee model.</param>
internal sealed record KalshiSeries(
    string Ticker, string Title, string Frequency, string Asset, int Minutes, bool IsLadder, string FeeType)
{
    private const long GeneralRate = 700;

    /// <summary>The fee rate of who takes, in ten-thousandths.</summary>
    public long TakerRate => GeneralRate;

    /// <summary>The fee rate of who rests, in ten-thousandths.</summary>
    public long MakerRate => FeeType == "quadratic_with_maker_fees" ? GeneralRate / 4 : 0;

    public string Category => Asset.Length == 0 ? "World" : "Crypto";

    /// <summary>The index that decides, by CF Benchmarks' name.</summary>
    public string IndexId => IndexOf(Asset);

    /// <summary>All series, with those of five minutes where tests must be quick.</summary>
    public static IReadOnlyList<KalshiSeries> All(bool fiveMinutes)
    {
        List<KalshiSeries> all =
        [
            new("KXBTC15M", "Bitcoin price up in next 15 mins?", "fifteen_min", "BTC", 15, false, "quadratic"),
            new("KXETH15M", "Ethereum price up in next 15 mins?", "fifteen_min", "ETH", 15, false, "quadratic"),
            new(
                "KXBTCD", "Bitcoin price above?", "hourly", "BTC", fiveMinutes ? 5 : 60, IsLadder: true, "quadratic"),
            new("KXTESTNET", "Does the testnet still run?", "one_off", "", 0, false, "quadratic_with_maker_fees"),
        ];
        if (fiveMinutes)
        {
            all.Add(new("KXBTC5M", "Bitcoin price up in next 5 mins?", "five_min", "BTC", 5, false, "quadratic"));
            all.Add(new("KXETH5M", "Ethereum price up in next 5 mins?", "five_min", "ETH", 5, false, "quadratic"));
        }

        return all;
    }

    public static string IndexOf(string asset) => asset == "BTC" ? "BRTI" : asset + "USD_RTI";
}
