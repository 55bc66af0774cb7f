using Strikeline.Trading;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Trading.Execution;

/// <summary>A bug that is put into the program, to prove that the simulation finds it. Nothing planted by
/// default.</summary>
internal sealed record Plant
{
    public Func<IVenueOrders, IVenueOrders> Line { get; init; } = line => line;

    public Func<IMarketReader, IMarketReader> Reader { get; init; } = reader => reader;

    public Func<RiskLimits, RiskLimits> Limits { get; init; } = limits => limits;

    public PlanShape Shape { get; init; }

    public Troubles Troubles { get; init; } = new();

    /// <summary>What a plan is allowed to lose.</summary>
    public Func<TradePlan, long> Bound { get; init; } = plan => plan.WorstLossMicros;

    public ExecutionSettings Settings { get; init; } = new();

    public bool ForgetsJournal { get; init; }

    public bool IgnoresStop { get; init; }
}

/// <summary>A line that changes what goes through it.</summary>
internal sealed class BentLine(
    IVenueOrders line, Func<VenueReply, VenueReply>? reply = null, Func<VenueReply, VenueReply>? placed = null, bool sendsTwice = false,
    Func<VenueOrder, VenueOrder>? order = null) : IVenueOrders
{
    public Venue Venue => line.Venue;

    public async Task<VenueReply> PlaceAsync(VenueOrder asked, CancellationToken cancel)
    {
        var sent = order?.Invoke(asked) ?? asked;
        var first = await line.PlaceAsync(sent, cancel);
        return sendsTwice && first.Outcome == VenueOutcome.Unknown
            ? await line.PlaceAsync(sent, cancel)
            : Bend((placed ?? (same => same))(first));
    }

    public async Task<VenueReply> CancelAsync(VenueOrder asked, CancellationToken cancel) => Bend(await line.CancelAsync(asked, cancel));

    public async Task<VenueReply> QueryAsync(VenueOrder asked, CancellationToken cancel) => Bend(await line.QueryAsync(asked, cancel));

    public async Task<VenueReply> MergeAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) =>
        Bend(await line.MergeAsync(clientId, market, sizeMicro, cancel));

    public async Task<VenueReply> SplitAsync(string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) =>
        Bend(await line.SplitAsync(clientId, market, sizeMicro, cancel));

    private VenueReply Bend(VenueReply answer) => reply?.Invoke(answer) ?? answer;
}

/// <summary>A reader that believes that every market takes nothing.</summary>
internal sealed class PausedReader(IMarketReader reader) : IMarketReader
{
    public OutcomeMarket? Market(Venue venue, string marketId) =>
        reader.Market(venue, marketId) is { } market ? market with { Phase = MarketPhase.Paused } : null;

    public bool TryRead(MarketKey token, BookCopy into, long nowNanos) => reader.TryRead(token, into, nowNanos);
}
