using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>The settlement source: one price a second of each asset, and the mean of the last sixty.</summary>
/// <remarks>Prices in 10^-8 dollars. Under the floor's lock.</remarks>
internal sealed class PriceOracle(MarketFloor floor)
{
    public const int Decimals = 8;
    public const int Kept = 130;

    private readonly Dictionary<string, List<PricePoint>> _points = Assets.ToDictionary(
        asset => asset, _ => new List<PricePoint>(), StringComparer.Ordinal);

    /// <summary>Assets that have windows.</summary>
    public static IReadOnlyList<string> Assets { get; } = ["BTC", "ETH", "SOL"];

    /// <summary>Samples of an asset, oldest first.</summary>
    public IReadOnlyList<PricePoint> Points(string asset) => _points[asset];

    /// <summary>Takes the sample of a second; where the floor has no price, the last one stands.</summary>
    public void Sample(long nowNanos)
    {
        foreach (var asset in Assets)
        {
            var points = _points[asset];
            var price = floor.Price(asset) is { } dollars
                ? (long)Math.Round(dollars * DecimalText.Scale(Decimals))
                : points.Count == 0 ? 0 : points[^1].Price;
            if (price == 0)
            {
                continue;
            }

            if (points.Count == Kept)
            {
                points.RemoveAt(0);
            }

            points.Add(new PricePoint(nowNanos, price));
        }
    }

    /// <summary>The newest sample; zero before the first.</summary>
    public long Price(string asset) => _points[asset] is [.., var last] ? last.Price : 0;

    /// <summary>The mean of the newest samples, rounded down; zero before the first.</summary>
    public long Mean(string asset, int seconds)
    {
        var points = _points[asset];
        return MeanAt(asset, points.Count - 1, seconds);
    }

    /// <summary>The mean as it was at a sample.</summary>
    public long MeanAt(string asset, int index, int seconds)
    {
        var points = _points[asset];
        var first = Math.Max(0, index - seconds + 1);
        if (index < 0)
        {
            return 0;
        }

        var sum = Int128.Zero;
        for (var i = first; i <= index; i++)
        {
            sum += points[i].Price;
        }

        return (long)(sum / (index - first + 1));
    }
}

/// <summary>One sample.</summary>
/// <param name="AtNanos">When, Unix nanoseconds.</param>
/// <param name="Price">In 10^-8 dollars.</param>
internal readonly record struct PricePoint(long AtNanos, long Price);
