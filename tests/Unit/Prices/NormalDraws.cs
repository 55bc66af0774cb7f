namespace Strikeline.Unit.Prices;

/// <summary>Normal draws from a seeded generator, by the method of Box and Muller.</summary>
internal static class NormalDraws
{
    public static double Normal(this Random random)
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return radius * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
