using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>Stands in front of a live executor: makes it only when all gates are open, asks them again for every
/// request, and lets it go when one closes.</summary>
/// <remarks>Any thread. With a gate closed nothing of the executor exists, so that nothing can reach a venue.</remarks>
/// <param name="venue">The venue.</param>
/// <param name="gates">The three gates.</param>
/// <param name="stop">The emergency stop.</param>
/// <param name="make">Makes the executor; called with all gates open only.</param>
/// <param name="blocked">Told of each request that was blocked, with the tags, for the log.</param>
public sealed class LiveOrders(
    Venue venue, LiveGates gates, EmergencyStop stop, Func<IVenueOrders> make, Action<string>? blocked = null)
    : IVenueOrders, IDisposable
{
    private readonly Lock _gate = new();
    private IVenueOrders? _inner;

    /// <inheritdoc/>
    public Venue Venue => venue;

    /// <inheritdoc/>
    public Task<VenueReply> PlaceAsync(VenueOrder order, CancellationToken cancel) =>
        // Selling what is held reduces: the stop lets it through, unless it halts everything.
        (order.Side == Side.Sell ? stop.MayReduce : stop.MayIncrease)
            ? Through(inner => inner.PlaceAsync(order, cancel), VenueOutcome.Refused)
            : Blocked(BlockerCodes.Stop, VenueOutcome.Refused);

    /// <inheritdoc/>
    public Task<VenueReply> CancelAsync(VenueOrder order, CancellationToken cancel) => stop.MayReduce
        ? Through(inner => inner.CancelAsync(order, cancel), VenueOutcome.Refused)
        : Blocked(BlockerCodes.Stop, VenueOutcome.Refused);

    /// <inheritdoc/>
    public Task<VenueReply> QueryAsync(VenueOrder order, CancellationToken cancel) =>
        // What was not asked is not known.
        Through(inner => inner.QueryAsync(order, cancel), VenueOutcome.Unknown);

    /// <inheritdoc/>
    public Task<VenueReply> MergeAsync(
        string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) => stop.MayReduce
        ? Through(inner => inner.MergeAsync(clientId, market, sizeMicro, cancel), VenueOutcome.Refused)
        : Blocked(BlockerCodes.Stop, VenueOutcome.Refused);

    /// <inheritdoc/>
    public Task<VenueReply> SplitAsync(
        string clientId, OutcomeMarket market, long sizeMicro, CancellationToken cancel) => stop.MayIncrease
        ? Through(inner => inner.SplitAsync(clientId, market, sizeMicro, cancel), VenueOutcome.Refused)
        : Blocked(BlockerCodes.Stop, VenueOutcome.Refused);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            LetGo();
        }
    }

    private Task<VenueReply> Through(Func<IVenueOrders, Task<VenueReply>> ask, VenueOutcome where)
    {
        lock (_gate)
        {
            var closed = gates.Closed(venue);
            if (closed.Count > 0)
            {
                LetGo();
                return Blocked(string.Join(',', closed), where);
            }

            _inner ??= make();
            return ask(_inner);
        }
    }

    private Task<VenueReply> Blocked(string tags, VenueOutcome outcome)
    {
        blocked?.Invoke(tags);
        return Task.FromResult(new VenueReply(outcome, "", 0, tags, "blocked before anything was sent", []));
    }

    private void LetGo()
    {
        (_inner as IDisposable)?.Dispose();
        _inner = null;
    }
}
