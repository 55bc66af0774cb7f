using Strikeline.Strikes;

namespace Strikeline.Host.Composition;

/// <summary>Hands what the strike loop makes to everyone who wants it, in a fixed order.</summary>
internal sealed class MarketSinks(IReadOnlyList<IMarketSink> sinks) : IMarketSink
{
    /// <inheritdoc/>
    public void OnMarkets(StrikeSnapshot snapshot, IReadOnlyList<SignedLiveMarket> renewed)
    {
        foreach (var sink in sinks)
        {
            sink.OnMarkets(snapshot, renewed);
        }
    }
}
