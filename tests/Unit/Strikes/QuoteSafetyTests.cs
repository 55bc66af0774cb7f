using Strikeline.Prices;
using Strikeline.Strikes;
using Strikeline.Unit.Prices;

namespace Strikeline.Unit.Strikes;

/// <summary>Venues, composite and strike loop together: every signed quote is counted, and none rests on a price that
/// is old, or that too few venues or wrong ones made.</summary>
public sealed class QuoteSafetyTests : IMarketSink
{
    private const int Seed = 20_261_121;

    private readonly CompositeBench _venues = new();
    private readonly StrikeLoop _loop;
    private long _signed;
    private AggregatedMarket? _composite;

    // What the loop knows when it signs: its clock, and the composite that it was given last.
    private long _now;

    public QuoteSafetyTests()
    {
        var series = StrikeBench.Series with { StrikesEachSide = 0, OpenExpiries = 1, MinRenewMs = 1 };
        _loop = new StrikeLoop([series], new QuoteIssuer(new QuoteTerms("testnet"), StrikeBench.Signer, 0), this);
    }

    void IMarketSink.OnMarkets(StrikeSnapshot snapshot, IReadOnlyList<SignedLiveMarket> renewed)
    {
        foreach (var market in renewed.Select(signed => signed.Market))
        {
            _signed++;
            var price = _composite!;
            var used = price.Venues.Count(venue => venue.Used);
            Assert.True(price.PriceE8 == market.SpotE8, $"signed on {market.SpotE8} at {price.PriceE8}");
            Assert.True(used >= 3 && used == price.ProviderCount, $"signed on {used} venues");
            Assert.InRange(_now - price.PriceNanos!.Value, -Stamps.NanosPerSecond, 3 * Stamps.NanosPerSecond);

            // Not only by what the composite says of its age: three of the four venues spoke in the last 3 s.
            var sinceMs = (_now - price.AtNanos) / Stamps.NanosPerMilli;
            Assert.True(price.Venues.Count(venue => venue.Used && venue.AgeMs + sinceMs <= 3_000) >= 3, $"{price}");
            Assert.Equal(Stamps.ToMillis(_now), market.GeneratedAtMs);
        }
    }

    [Fact]
    public void Nothing_is_signed_on_an_old_price_or_on_too_few_venues_whatever_the_schedule()
    {
        var random = new Random(Seed);
        _now = CompositeBench.Start;
        _venues.AllAt(76_315m);
        var withheld = 0;
        var steps = Counts.Of(1_000_000, 20_000);
        for (var step = 0; step < steps; step++)
        {
            // Venues fall silent for whole stretches of steps, so that every number of them is fresh at some time.
            var silent = new Random(Seed + (step / 40)).Next(16);
            _now += random.Next(400) * Stamps.NanosPerMilli;
            if (random.Next(100) == 0)
            {
                _now += random.Next(2, 8_000) * Stamps.NanosPerMilli;
            }

            if (random.Next(200) == 0)
            {
                _now -= random.NextInt64(3_600_000) * Stamps.NanosPerMilli;
            }

            _venues.Now = _now;
            foreach (var pair in CompositeBench.Basis)
            {
                _venues.Set(pair.Venue, pair.Symbol, 1m);
            }

            for (var venue = 0; venue < 4; venue++)
            {
                if ((silent & (1 << venue)) == 0 && random.Next(3) > 0)
                {
                    var provider = CompositeBench.Providers[venue];
                    _venues.Set(provider.Venue, provider.Symbol, 76_315m + (random.Next(-500, 501) / 100m),
                        proven: random.Next(50) > 0, live: random.Next(50) > 0);
                }
            }

            var before = _signed;
            if (random.Next(4) > 0)
            {
                _composite = _venues.Evaluate();
                _loop.OnPrice(_composite, _now);
            }
            else
            {
                // Time alone: the loop still holds the composite of an earlier step.
                _loop.OnTime(_now);
            }

            withheld += _signed == before ? 1 : 0;
        }

        Assert.True(_signed > steps / 20, $"only {_signed} quotes in {steps} steps: nothing was tested");
        Assert.True(withheld > steps / 20, $"only {withheld} of {steps} steps signed nothing: nothing was tested");
    }

    [Fact]
    public void Nothing_is_signed_while_two_venues_of_four_are_wrong()
    {
        var random = new Random(Seed + 1);
        _now = CompositeBench.Start;
        for (var trial = 0; trial < Counts.Of(1_000_000, 10_000); trial++)
        {
            _now += (10 + random.Next(100)) * Stamps.NanosPerSecond;
            _venues.Now = _now;
            var price = 1m + random.Next(10_000_000);

            // Twice, so that every venue has seen all the others at about this price.
            _venues.AllAt(price * 1.0001m).AllAt(price);
            var before = _signed;
            Look();
            Assert.True(_signed > before, $"seed {Seed + 1} trial {trial}: four honest venues and no quote");

            before = _signed;
            _now += Stamps.NanosPerSecond;
            var first = random.Next(4);
            var second = (first + 1 + random.Next(3)) % 4;
            var faults = (First: random.Next(7), Second: random.Next(7));
            var move = 1m + ((random.Next(2) == 0 ? 1 : -1) * (0.003m + (0.003m * (decimal)random.NextDouble())));
            for (var step = 0; step < 4; step++)
            {
                _now += 300 * Stamps.NanosPerMilli;
                _venues.Now = _now;
                for (var venue = 0; venue < 4; venue++)
                {
                    var provider = CompositeBench.Providers[venue];
                    var said = venue == first ? Wrong(faults.First, step, price, move)
                        : venue == second ? Wrong(faults.Second, step, price, move)
                        : price * move * (1 + (0.0001m * ((venue + step) % 3)));
                    if (said is { } mid)
                    {
                        _venues.Set(provider.Venue, provider.Symbol, mid);
                    }
                }

                Look();
                _loop.OnTime(_now);
                Assert.True(_signed == before, $"seed {Seed + 1} trial {trial} step {step} {first} {second} {faults}");
                Assert.Empty(_loop.Current(StrikeBench.Btc)!.Markets);
            }
        }
    }

    // What a wrong venue says; null where it says nothing.
    private static decimal? Wrong(int fault, int step, decimal price, decimal move) => fault switch
    {
        0 => 0m,
        1 => price * 10,
        2 => price * 0.1m,
        3 => price * 0.00000001m,
        4 => price * move * (step % 2 == 0 ? 1.04m : 0.96m),
        5 => price,
        _ => null,
    };

    private void Look()
    {
        _composite = _venues.Evaluate();
        _loop.OnPrice(_composite, _now);
    }
}
