namespace Strikeline.Testnet.Polymarket;

/// <summary>A question that stands over one market, or over several that go together.</summary>
internal sealed class OutcomeEvent
{
    private readonly List<OutcomeMarket> _markets = [];

    public required string Id { get; init; }

    public required string Slug { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    public required EventKind Kind { get; init; }

    /// <summary>Whose price decides; empty where none does.</summary>
    public string Asset { get; init; } = "";

    public string SeriesSlug { get; init; } = "";

    /// <summary>How often the series repeats, as the venue writes it: <c>5m</c>, <c>daily</c>.</summary>
    public string Recurrence { get; init; } = "";

    public required long CreatedNanos { get; init; }

    public required long StartNanos { get; init; }

    public required long EndNanos { get; init; }

    /// <summary>True where exactly one of its markets comes true: a NO of one is worth a YES of all others.</summary>
    public bool IsNegRisk => Kind is EventKind.NegRisk or EventKind.Augmented;

    /// <summary>The mean price that the window has to reach, in 10^-8 dollars; zero while it is not known.</summary>
    public long PriceToBeat { get; set; }

    /// <summary>The mean price at the end, in 10^-8 dollars; zero before.</summary>
    public long FinalPrice { get; set; }

    public IReadOnlyList<OutcomeMarket> Markets => _markets;

    public bool IsClosed => _markets.TrueForAll(market => market.Winner is not null);

    public void Add(OutcomeMarket market) => _markets.Add(market);
}

/// <summary>What decides the markets of an event.</summary>
internal enum EventKind
{
    /// <summary>Up where the mean price at the end is at least that at the start.</summary>
    UpDown,

    /// <summary>One question, yes or no.</summary>
    Plain,

    /// <summary>Exactly one outcome of all named ones.</summary>
    NegRisk,

    /// <summary>Exactly one outcome, of those named, of those still to be named, or any other.</summary>
    Augmented,

    /// <summary>Yes for each strike that the price stands above.</summary>
    Ladder,
}
