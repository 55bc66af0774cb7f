using System.Text.Json;

namespace Strikeline.Testnet;

/// <summary>A simulated trader: round after round, with longer and longer pauses while the exchange is away.</summary>
/// <remarks>What a trader knows of its orders and money it asks the exchange for: a restart of the exchange, an answer
/// that was lost, or a trader of before with the same key leave nothing to mend.</remarks>
internal abstract class Trader
{
    // A market may close, and open again with another grid.
    private const int RoundsBetweenTerms = 40;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Func<string, double?> _price;
    private readonly Action<Exception> _failed;
    private readonly TimeProvider _clock;
    private MarketTerms? _terms;
    private int _rounds;
    private int _failures;

    /// <summary>Makes one.</summary>
    /// <param name="seat">Who it is.</param>
    /// <param name="line">Its requests.</param>
    /// <param name="price">The fair price of an asset in dollars; null where there is none now.</param>
    /// <param name="random">Everything that is left to chance.</param>
    /// <param name="failed">Told of a fault of the trader itself, which then goes on.</param>
    /// <param name="clock">The time of its pauses.</param>
    protected Trader(
        TraderSeat seat, ExchangeLine line, Func<string, double?> price, SeededRandom random,
        Action<Exception> failed, TimeProvider clock)
    {
        (Seat, Line, Random) = (seat, line, random);
        (_price, _failed, _clock) = (price, failed, clock);
    }

    protected TraderSeat Seat { get; }

    protected ExchangeLine Line { get; }

    protected SeededRandom Random { get; }

    /// <summary>Trades until it is told to stop; then takes its orders back, if that goes at once.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            // Not all at once: each begins somewhere in its first round.
            await Task.Delay(Pause() * Random.NextDouble(), _clock, stop);
            while (true)
            {
                await Task.Delay(await TryRoundAsync(stop), _clock, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await LeaveAsync();
        }
    }

    /// <summary>One round of trading.</summary>
    /// <param name="terms">The market.</param>
    /// <param name="ticks">The fair price in ticks.</param>
    /// <param name="stop">Stops it.</param>
    protected abstract Task RoundAsync(MarketTerms terms, double ticks, CancellationToken stop);

    /// <summary>The time to the next round.</summary>
    protected abstract TimeSpan Pause();

    /// <summary>What the trader has.</summary>
    protected async Task<Purse> PurseAsync(MarketTerms terms, CancellationToken stop)
    {
        var reply = await Line.GetAsync("/api/v1/balances", stop);
        return reply.IsDone ? Purse.Of(reply.Body, terms) : default;
    }

    /// <summary>A size by a power law, as traders' sizes are, in lots.</summary>
    protected long Lots(MarketTerms terms, double ticks, double dollars, double largest) =>
        Math.Max(1, (long)(dollars * Random.NextPareto(1.5, largest) / (ticks * (double)(terms.Tick * terms.Lot))));

    private async Task<TimeSpan> TryRoundAsync(CancellationToken stop)
    {
        try
        {
            if (_price(Seat.Market.Split('/')[0]) is { } price && price > 0 && await TermsAsync(stop) is { } terms)
            {
                await RoundAsync(terms, price / (double)terms.Tick, stop);
            }

            _failures = 0;
            return Pause();
        }
        catch (ExchangeAwayException away)
        {
            var wait = Math.Min(
                FirstWait.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 20)), LongestWait.TotalSeconds);
            wait *= 0.5 + (0.5 * Random.NextDouble());
            return TimeSpan.FromSeconds(Math.Max(wait, away.After?.TotalSeconds ?? 0));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            if (failure is not JsonException)
            {
                _failed(failure);
            }

            return LongestWait;
        }
    }

    private async Task<MarketTerms?> TermsAsync(CancellationToken stop)
    {
        if (_terms is null || _failures > 0 || _rounds++ % RoundsBetweenTerms == 0)
        {
            var reply = await Line.GetAsync("/api/v1/instruments", stop);
            _terms = reply.IsDone ? MarketTerms.Find(reply.Body, Seat.Market) : null;
        }

        return _terms;
    }

    private async Task LeaveAsync()
    {
        if (Seat.Role == TraderRole.Taker)
        {
            return;
        }

        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
        try
        {
            await Line.SendAsync(HttpMethod.Delete, Maker.OrdersOf(Seat.Market), null, late.Token);
        }
        catch (Exception e) when (e is ExchangeAwayException or OperationCanceledException)
        {
            // The exchange has gone too; the next start finds the orders and moves them.
        }
    }
}
