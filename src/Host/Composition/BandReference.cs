using System.Globalization;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;

namespace Strikeline.Host.Composition;

/// <summary>Lets the exchange measure its price bands from the composite price: an exchange that was closed while the
/// price went elsewhere would refuse every order at the new one.</summary>
/// <remarks>One command per percent of a move: the journal stays small.</remarks>
internal sealed class BandReference(ExchangeDesk desk, MarketCore core)
{
    private const decimal E8 = 100_000_000;

    // Of the price: a tenth of the usual band.
    private const int Share = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<short, long> _sent = [];

    /// <summary>Follows the price until it is told to stop.</summary>
    public async Task RunAsync(TimeProvider clock, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                foreach (var market in desk.Markets)
                {
                    await FollowAsync(market.Spot);
                }

                await Task.Delay(Pause, clock, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The only way out of the loop.
        }
    }

    private async Task FollowAsync(SpotMarket market)
    {
        if (Ticks(market) is not { } ticks || ticks < 1 || ticks > market.Terms.MaxPrice
            || (_sent.TryGetValue(market.Number, out var sent) && Math.Abs(ticks - sent) <= sent / Share))
        {
            return;
        }

        try
        {
            var outcome = await desk.RunAsync(new Command
            {
                Type = CommandType.SetReference, Instrument = market.Number, Price = (int)ticks,
            });
            if (outcome.Rejected == ReasonCode.None)
            {
                _sent[market.Number] = ticks;
            }
        }
        catch (ExchangeUnavailableException)
        {
            // Full for the moment, or halted, which others tell of: the next round tries again.
        }
    }

    private long? Ticks(SpotMarket market)
    {
        var composite = core.Prices.Markets.FirstOrDefault(
            one => one.Symbol.Base == market.Base.Name && one.PriceE8 is not null);
        return composite?.PriceE8 is { } price
            ? (long)(price / E8 / decimal.Parse(market.TickSize, CultureInfo.InvariantCulture))
            : null;
    }
}
