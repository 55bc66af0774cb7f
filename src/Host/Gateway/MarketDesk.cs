using Strikeline.Exchange;
using Strikeline.Kernel;

namespace Strikeline.Host.Gateway;

/// <summary>One market of the exchange: its terms, its book and its trades.</summary>
internal sealed class MarketDesk(SpotMarket spot)
{
    private int _status;

    /// <summary>Names and numbers.</summary>
    public SpotMarket Spot { get; } = spot;

    /// <summary>The pair.</summary>
    public Symbol Symbol { get; } = Symbol.TryParse(spot.Name, out var symbol)
        ? symbol
        : throw new ArgumentException($"'{spot.Name}' is no pair", nameof(spot));

    /// <summary>The public book.</summary>
    public DepthFeed Depth { get; private init; } = new();

    /// <summary>The newest trades.</summary>
    public TradeTape Tape { get; private init; } = new();

    /// <summary>What it may be used for.</summary>
    public TradingStatus Status
    {
        get => (TradingStatus)Volatile.Read(ref _status);
        set => Volatile.Write(ref _status, (int)value);
    }

    /// <summary>The same market with other terms.</summary>
    public MarketDesk With(SpotMarket terms) => new(terms)
    {
        Depth = Depth, Tape = Tape, Status = Status,
    };
}
