using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>How often one market, event or pair may speak: a signal once in a cool-down, each refusal once in a
/// second, that of a pair which does not settle alike once in a minute.</summary>
/// <remarks>Strategy loop only. A clock that was set back ends every wait.</remarks>
internal sealed class MarketPace
{
    private const long NanosPerTick = Stamps.NanosPerSecond / TimeSpan.TicksPerSecond;

    private static readonly TimeSpan RefuseEvery = TimeSpan.FromSeconds(1);

    // How two markets settle does not change from second to second.
    private static readonly TimeSpan RefusePairEvery = TimeSpan.FromMinutes(1);

    private readonly long[] _refused = new long[RefusalReasons.Count];
    private long _signalled;

    public bool MaySignal(long nowNanos, TimeSpan coolDown) =>
        _signalled == 0 || IsOver(_signalled, nowNanos, coolDown);

    public void Signalled(long nowNanos) => _signalled = nowNanos;

    public bool MayRefuse(RefusalReason reason, long nowNanos) =>
        _refused[(int)reason] == 0
        || IsOver(
            _refused[(int)reason], nowNanos,
            reason == RefusalReason.PairNotEquivalent ? RefusePairEvery : RefuseEvery);

    public void Refused(RefusalReason reason, long nowNanos) => _refused[(int)reason] = nowNanos;

    private static bool IsOver(long since, long now, TimeSpan wait) =>
        now < since || (now - since) / NanosPerTick >= wait.Ticks;
}
