using System.Diagnostics.CodeAnalysis;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>What a strategy keeps of each market, found by its tokens.</summary>
/// <remarks>Strategy loop only. As large as the number of markets that were told and are not gone.</remarks>
internal sealed class MarketLines<T>
    where T : class
{
    private readonly Dictionary<(Venue Venue, string MarketId), (OutcomeMarket Market, T Line)> _markets = [];
    private readonly Dictionary<MarketKey, T> _tokens = [];

    public T? OfToken(MarketKey token) => _tokens.GetValueOrDefault(token);

    public bool TryGet(Venue venue, string marketId, [NotNullWhen(true)] out T? line)
    {
        var known = _markets.TryGetValue((venue, marketId), out var entry);
        line = entry.Line;
        return known;
    }

    /// <summary>Sets a market's line; tokens that it had before and has no longer are forgotten.</summary>
    public void Set(OutcomeMarket market, T line)
    {
        Remove(market.Venue, market.MarketId);
        _markets[(market.Venue, market.MarketId)] = (market, line);
        _tokens[market.Yes] = line;
        _tokens[market.No] = line;
    }

    public void Remove(Venue venue, string marketId)
    {
        if (_markets.Remove((venue, marketId), out var entry))
        {
            _tokens.Remove(entry.Market.Yes);
            _tokens.Remove(entry.Market.No);
        }
    }
}
