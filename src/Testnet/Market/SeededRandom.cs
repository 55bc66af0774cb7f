namespace Strikeline.Testnet;

/// <summary>
/// A small seeded generator (xoshiro256**, Blackman and Vigna 2018), equal on every machine and runtime.
/// </summary>
/// <remarks>Not thread-safe; every market has its own, so that one market's events never shift another's.</remarks>
internal sealed class SeededRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;
    private double _spare = double.NaN;

    public SeededRandom(long seed, int stream)
    {
        unchecked
        {
            var state = (ulong)seed ^ ((ulong)stream * 0xD1B54A32D192ED03UL);
            _a = Mix(ref state);
            _b = Mix(ref state);
            _c = Mix(ref state);
            _d = Mix(ref state);
        }
    }

    public ulong NextBits()
    {
        unchecked
        {
            var result = ulong.RotateLeft(_b * 5, 7) * 9;
            var t = _b << 17;
            _c ^= _a;
            _d ^= _b;
            _b ^= _c;
            _a ^= _d;
            _c ^= t;
            _d = ulong.RotateLeft(_d, 45);
            return result;
        }
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, bound).</summary>
    public int NextInt(int bound) => (int)(NextDouble() * bound);

    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Exponential with mean 1.</summary>
    public double NextExponential() => -Math.Log(1 - NextDouble());

    /// <summary>Standard normal (polar method).</summary>
    public double NextGaussian()
    {
        if (!double.IsNaN(_spare))
        {
            var kept = _spare;
            _spare = double.NaN;
            return kept;
        }

        double x, y, s;
        do
        {
            x = (2 * NextDouble()) - 1;
            y = (2 * NextDouble()) - 1;
            s = (x * x) + (y * y);
        }
        while (s is >= 1 or 0);

        var factor = Math.Sqrt(-2 * Math.Log(s) / s);
        _spare = y * factor;
        return x * factor;
    }

    /// <summary>Pareto with minimum 1 and the given exponent, cut at <paramref name="most"/>.</summary>
    public double NextPareto(double alpha, double most) => Math.Min(most, Math.Pow(1 - NextDouble(), -1 / alpha));

    private static ulong Mix(ref ulong state)
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15UL;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
