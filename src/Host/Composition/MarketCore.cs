using Strikeline.Kernel;
using Strikeline.Prices;
using Strikeline.Strikes;
using Strikeline.Venues;

namespace Strikeline.Host.Composition;

/// <summary>Tops of book in; composite prices and signed ladders out.</summary>
/// <remarks>
/// One loop owns it: the market loop of a live run, or the tape's. Readers take <see cref="Prices"/> and ladders.
/// </remarks>
internal sealed class MarketCore(CompositePrice composite, StrikeLoop strikes)
{
    private AggregatedSnapshot _prices = new([], 0);

    /// <summary>The newest composites; any thread.</summary>
    public AggregatedSnapshot Prices => Volatile.Read(ref _prices);

    /// <summary>Where the composites have been; any thread.</summary>
    public PriceHistory History { get; } = new();

    /// <summary>The symbols that have a ladder.</summary>
    public IReadOnlyCollection<Symbol> LadderSymbols => strikes.Symbols;

    /// <summary>Every newest ladder, in configured order; any thread.</summary>
    public IEnumerable<StrikeSnapshot> Ladders => strikes.Symbols.Select(symbol => strikes.Current(symbol)!);

    /// <summary>The newest ladder of a symbol; any thread; null for a symbol without a series.</summary>
    public StrikeSnapshot? Ladder(Symbol symbol) => strikes.Current(symbol);

    /// <summary>A top of book changed.</summary>
    public void OnTop(in TopOfBook top, long nowNanos)
    {
        foreach (var symbol in composite.Update(
            top.Venue, top.Symbol, top.Bid, top.Ask, top.PriceDecimals, top.Proven, top.Live, top.ChangedNanos,
            top.LimitNanos))
        {
            strikes.OnPrice(composite.Evaluate(symbol, nowNanos), nowNanos);
        }
    }

    /// <summary>Time passed: staleness shows without traffic, quotes wear out, expiries roll.</summary>
    public void OnTime(long nowNanos)
    {
        foreach (var symbol in composite.Symbols)
        {
            strikes.OnPrice(composite.Evaluate(symbol, nowNanos), nowNanos);
        }

        strikes.OnTime(nowNanos);
        var prices = composite.Snapshot(nowNanos);
        Volatile.Write(ref _prices, prices);
        History.Note(prices);
    }
}
