namespace Strikeline.Trading;

/// <summary>Something that the risk check has allowed. Nobody else can make one, and executors take nothing
/// else.</summary>
/// <typeparam name="T">What was allowed.</typeparam>
/// <remarks>Immutable: any thread.</remarks>
public sealed class Approved<T>
    where T : class
{
    private Approved(T value) => Value = value;

    /// <summary>What was allowed.</summary>
    public T Value { get; }

    /// <summary>Made with the seal that only <see cref="RiskCheck"/> has.</summary>
    internal static Approved<T> Of(T value, RiskSeal seal)
    {
        ArgumentNullException.ThrowIfNull(seal);
        return new Approved<T>(value);
    }
}

/// <summary>What an approval is made with: <see cref="RiskCheck"/> has the only one.</summary>
internal abstract class RiskSeal
{
    private protected RiskSeal()
    {
    }
}
