using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>
/// One fair dollar price per asset: stochastic volatility with jumps, coins correlated, stablecoins pulled to 1.
/// </summary>
/// <remarks>
/// Coins follow dx = −v/2 dt + √v dW + J dN with the variance v mean-reverting (Heston 1993; jumps as in Bates 1996);
/// stablecoins follow an Ornstein–Uhlenbeck process around one. Moves on a fixed grid of 50 ms, so that the path
/// depends on the seed alone and never on how often it is asked.
/// </remarks>
internal sealed class LatentPrices
{
    private const long StepNanos = 50 * Stamps.NanosPerMilli;
    private const double YearSeconds = 365.0 * 24 * 3600;
    private const double StepSeconds = 0.05;
    private const double JumpsPerSecond = 4.0 / 3600;
    private const double JumpSize = 0.0012;
    private const double VarianceReversion = 1.0 / 1800;
    private const double VarianceOfVariance = 0.018;
    private const double Correlation = 0.75;
    private const double StableReversion = 1.0 / 600;

    private static readonly (string Asset, double Low, double High, double AnnualVolatility)[] Coins =
    [
        ("BTC", 60_000, 100_000, 0.48), ("ETH", 2_200, 4_200, 0.62), ("SOL", 110, 230, 0.78),
    ];

    private static readonly (string Asset, double Centre, double Deviation)[] Stables =
    [
        ("USDT", 0.9997, 0.00012), ("USDC", 1.0000, 0.00005),
    ];

    private readonly SeededRandom _random;
    private readonly double[] _logs = new double[Coins.Length];
    private readonly double[] _variances = new double[Coins.Length];
    private readonly double[] _stables = new double[Stables.Length];
    private long _atNanos;

    public LatentPrices(long seed)
    {
        _random = new SeededRandom(seed, 0);
        for (var i = 0; i < Coins.Length; i++)
        {
            _logs[i] = Math.Log(Coins[i].Low + ((Coins[i].High - Coins[i].Low) * _random.NextDouble()));
            _variances[i] = MeanVariance(i);
        }

        for (var i = 0; i < Stables.Length; i++)
        {
            _stables[i] = Stables[i].Centre + (Stables[i].Deviation * _random.NextGaussian());
        }
    }

    public static bool IsStable(string asset) =>
        asset == "USD" || Array.Exists(Stables, stable => stable.Asset == asset);

    /// <summary>The yearly volatility that an asset reverts to; zero for dollars.</summary>
    public static double AnnualVolatility(string asset) =>
        Array.Find(Coins, coin => coin.Asset == asset).AnnualVolatility;

    public void Open(long atNanos) => _atNanos = atNanos;

    public void Advance(long toNanos)
    {
        for (; _atNanos + StepNanos <= toNanos; _atNanos += StepNanos)
        {
            Step();
        }
    }

    /// <summary>Fair dollars for one unit of the asset.</summary>
    public double Dollars(string asset)
    {
        var coin = Array.FindIndex(Coins, known => known.Asset == asset);
        if (coin >= 0)
        {
            return Math.Exp(_logs[coin]);
        }

        var stable = Array.FindIndex(Stables, known => known.Asset == asset);
        return stable >= 0 ? _stables[stable] : 1;
    }

    public bool TryJump(string asset, double percent)
    {
        var coin = Array.FindIndex(Coins, known => known.Asset.Equals(asset, StringComparison.OrdinalIgnoreCase));
        if (coin >= 0)
        {
            _logs[coin] += Math.Log(1 + (percent / 100));
            return true;
        }

        var stable = Array.FindIndex(Stables, known => known.Asset.Equals(asset, StringComparison.OrdinalIgnoreCase));
        if (stable >= 0)
        {
            _stables[stable] *= 1 + (percent / 100);
        }

        return stable >= 0;
    }

    private static double MeanVariance(int coin) =>
        Coins[coin].AnnualVolatility * Coins[coin].AnnualVolatility / YearSeconds;

    private void Step()
    {
        var common = _random.NextGaussian();
        var commonJump = _random.Chance(JumpsPerSecond * StepSeconds) ? JumpSize * _random.NextGaussian() : 0;
        for (var i = 0; i < Coins.Length; i++)
        {
            var mean = MeanVariance(i);
            var own = _random.NextGaussian();
            var shock = (Correlation * common) + (Math.Sqrt(1 - (Correlation * Correlation)) * own);
            var v = _variances[i];
            _logs[i] += (-v / 2 * StepSeconds) + (Math.Sqrt(v * StepSeconds) * shock) + commonJump;

            // Scaled by its own mean, so that one constant fits coins of every volatility.
            v += (VarianceReversion * (mean - v) * StepSeconds)
                + (VarianceOfVariance * mean * Math.Sqrt(v / mean * StepSeconds) * _random.NextGaussian());
            _variances[i] = Math.Clamp(v, mean * 0.15, mean * 6);
        }

        for (var i = 0; i < Stables.Length; i++)
        {
            var pull = StableReversion * (Stables[i].Centre - _stables[i]) * StepSeconds;
            var noise = Stables[i].Deviation * Math.Sqrt(2 * StableReversion * StepSeconds) * _random.NextGaussian();
            _stables[i] += pull + noise;
        }
    }
}
