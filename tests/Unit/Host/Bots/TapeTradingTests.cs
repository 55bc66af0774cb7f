using System.Text.Json;
using Strikeline.Host.Bots;
using Strikeline.Host.Composition;
using Strikeline.Host.Configuration;
using Strikeline.Host.Web;
using Strikeline.Journal;
using Strikeline.Prices;
using Strikeline.Strikes;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Host.Bots;

/// <summary>The testnet's prediction venues in virtual time, recorded by the production feeds, and played as
/// <c>run --tape</c> plays them: what the bots see and decide is what they saw and decided then.</summary>
public sealed class TapeTradingTests : IDisposable
{
    // A hundred seconds before windows of five and fifteen minutes end, on a day without maintenance.
    private const long StartNanos = 1_790_000_000 * Stamps.NanosPerSecond;

    // Which fills are undone follows from when the bots began, which is a moment later on the tape.
    private static readonly Settings s_settings = new()
    {
        Trading = new TradingSettings { Paper = new Strikeline.Host.Configuration.PaperSettings { GhostPpm = 0 } },
    };


    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-tape-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_bots_see_and_decide_on_a_tape_is_what_they_saw_and_decided_live_and_the_same_each_time()
    {
        var live = await RecordAsync(seconds: 60);
        var tape = await PlayAsync();
        var again = await PlayAsync();
        Assert.Equal(tape, again);

        Assert.Equal(live.Opportunities, tape.Opportunities);
        Assert.Equal(live.Portfolio, tape.Portfolio);
        Assert.Equal(live.Entries, tape.Entries);
        Assert.Equal(live.Markets, tape.Markets);

        // None of that is empty.
        Assert.Contains(",true,", tape.Opportunities, StringComparison.Ordinal);
        Assert.Contains(",false,", tape.Opportunities, StringComparison.Ordinal);
        Assert.Contains("\"strategy\":", tape.Portfolio, StringComparison.Ordinal);
        Assert.Contains(",buy,", tape.Entries, StringComparison.Ordinal);
        foreach (var venue in VenueNames.Prediction)
        {
            Assert.Contains(Rows(tape.Venues), row => row.GetProperty("venue").GetString() == venue.Name()
                && row.GetProperty("proven").GetInt32() is var proven and > 0 && proven == row.GetProperty("tokens").GetInt32());
            Assert.Contains(Rows(tape.Markets), row => row.GetProperty("venue").GetString() == venue.Name()
                && row.GetProperty("yes").GetProperty("state").GetString() == "proven"
                && row.GetProperty("no").GetProperty("state").GetString() == "proven");
        }
    }

    [Fact]
    public async Task Lost_connections_and_markets_that_are_over_are_on_the_tape_as_they_were_live()
    {
        // Not its decisions: the end of a connection counts with the next frame, and in between edges are told.
        var live = await RecordAsync(seconds: 175, cutAfter: 20);
        var tape = await PlayAsync();
        Assert.Equal(tape, await PlayAsync());
        Assert.Equal(live.Markets, tape.Markets);
        Assert.Equal(live.Known, tape.Known);
        Assert.All(Rows(tape.Venues), row => Assert.True(row.GetProperty("reconnects").GetInt64() > 0, row.ToString()));

        // The windows that ended at a quarter past two are gone again.
        Assert.DoesNotContain("-updown-5m-1789999800", tape.Known, StringComparison.Ordinal);
        Assert.Contains("-updown-5m-1790000100", tape.Known, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_on_a_tape_is_a_stop_and_reaches_nobody_else()
    {
        await RecordAsync(seconds: 20);
        var stopped = await PlayAsync(bots => Assert.True(bots.Stop(haltAll: true, "api", "a test").Stopped));
        Assert.DoesNotContain(",true,", stopped.Opportunities, StringComparison.Ordinal);
        Assert.Contains("EMERGENCY_STOP", stopped.Portfolio, StringComparison.Ordinal);
        Assert.DoesNotContain("EMERGENCY_STOP", (await PlayAsync()).Portfolio, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonElement> Rows(string json) => JsonDocument.Parse(json).RootElement.EnumerateArray();

    private async Task<Seen> RecordAsync(int seconds, int cutAfter = int.MaxValue)
    {
        var clock = new TapeClock();
        clock.AdvanceTo(StartNanos);
        var failures = new List<Exception>();
        await using var trading = OpenTrading.InMemory(s_settings, clock, failures.Add);
        trading.StartWithoutThread();
        using var venues = new FloorTransport(clock, seed: 11);
        using var tape = new TapeWriter(new FolderTapeDisk(_folder), new TapeSettings(), clock);
        using var key = FloorTransport.NewKey();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var ear = new Ear(tape);
        var sink = new Deciding(trading.Sink, trading.RunOnce);
        Task feeds;
        using (clock.Enter())
        {
            feeds = Task.WhenAll(
                new PolymarketFeed(venues.Polymarket, venues, sink, ear, ear, new NothingHeld(), clock, new Random(1)).RunAsync(stop.Token),
                new KalshiFeed(FloorTransport.Kalshi(key), venues, sink, new NothingHeld(), ear, ear, clock, new Random(2)).RunAsync(stop.Token));
        }

        for (var second = 1; second <= seconds; second++)
        {
            clock.AdvanceTo(StartNanos + (second * Stamps.NanosPerSecond));
            if (second == cutAfter)
            {
                using (clock.Enter())
                {
                    venues.Cut();
                }
            }
        }

        var seen = await Seen.OfAsync(trading, new BotDesk(trading, clock, "simulated"));
        End(clock, stop);
        Assert.True(feeds.IsCompletedSuccessfully, $"the feeds ended as {feeds.Status}: {feeds.Exception}");
        Assert.Empty(failures);
        clock.LetGo();
        return seen;
    }

    // At this very moment and on this thread, so that the tape ends where it is looked at.
    private static void End(TapeClock clock, CancellationTokenSource feeds)
    {
        using (clock.Enter())
        {
            feeds.Cancel();
        }
    }

    private async Task<Seen> PlayAsync(Action<BotDesk>? before = null)
    {
        var clock = new TapeClock();
        var player = new TapePlayer(Directory.GetFiles(_folder), Venue.None, salvage: false, speed: null, clock);
        Assert.Empty(player.Scan());
        Assert.Equal(VenueNames.Prediction, player.Predictions);
        var failures = new List<Exception>();
        await using var trading = OpenTrading.InMemory(s_settings, clock, failures.Add);
        var bots = new BotDesk(trading, clock, "replay");
        var played = new TapePredictions(player.Predictions, trading.Sink, trading.RunOnce);
        bots.Attach(played);
        trading.StartWithoutThread();
        before?.Invoke(bots);
        await player.PlayAsync(NoMarket(), played, Cancel);
        Assert.Contains("has ended", player.Note, StringComparison.Ordinal);
        Assert.Empty(failures);
        return await Seen.OfAsync(trading, bots);
    }

    private static MarketCore NoMarket()
    {
        var composites = MarketPlan.Composites(s_settings, [], replay: true);
        return new MarketCore(new CompositePrice(composites), new StrikeLoop([], null!, new MarketSinks([])));
    }

    /// <summary>What whoever asks the API sees.</summary>
    private sealed record Seen(string Opportunities, string Portfolio, string Entries, string Markets, string Venues, string Known)
    {
        public static async Task<Seen> OfAsync(OpenTrading trading, BotDesk bots)
        {
            var predictions = JsonSerializer.SerializeToElement(bots.Predictions(), HostJson.Default.PredictionsAnswer);
            var portfolio = JsonSerializer.Serialize(bots.Portfolio(), HostJson.Default.PortfolioAnswer);
            return new Seen(
                bots.OpportunitiesCsv(), portfolio, await bots.PortfolioCsvAsync(Cancel), predictions.GetProperty("markets").GetRawText(),
                predictions.GetProperty("venues").GetRawText(),
                string.Join('\n', trading.Cache.Markets().Select(market => market.Slug).Order(StringComparer.Ordinal)));
        }
    }

    /// <summary>Lets strategies look after each frame, as a strategy loop that is always awake.</summary>
    private sealed class Deciding(IOutcomeSink next, Func<int> decide) : IOutcomeSink
    {
        private bool _isWaiting;

        public void OnMarket(OutcomeMarket market, long receivedNanos)
        {
            next.OnMarket(market, receivedNanos);
            Wake();
        }

        public void OnGone(Venue venue, string marketId, long receivedNanos)
        {
            next.OnGone(venue, marketId, receivedNanos);
            Wake();
        }

        public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos)
        {
            next.OnBooks(books, receivedNanos);
            Wake();
        }

        public void OnTrade(in OutcomeTrade trade, long receivedNanos) => next.OnTrade(trade, receivedNanos);

        public void OnReference(in ReferencePrice price, long receivedNanos) => next.OnReference(price, receivedNanos);

        public void OnAlert(in MarketAlert alert, long receivedNanos) => next.OnAlert(alert, receivedNanos);

        private void Wake()
        {
            if (!_isWaiting)
            {
                _isWaiting = true;
                SynchronizationContext.Current!.Post(
                    _ =>
                    {
                        _isWaiting = false;
                        decide();
                    },
                    null);
            }
        }
    }

    /// <summary>Writes the tape on the feeds' own thread.</summary>
    private sealed class Ear(TapeWriter tape) : IFeedRecorder, IFeedListener
    {
        public void Connected(Venue venue, int connection, long nowNanos) =>
            Write(venue, connection, TapeFrameKind.Connected, "", [], nowNanos);

        public void Frame(
            Venue venue, int connection, string context, ReadOnlySpan<byte> payload, long receivedNanos) => Write(
            venue, connection, context.Length == 0 ? TapeFrameKind.Received : TapeFrameKind.RestReply, context, payload,
            receivedNanos);

        public void Disconnected(Venue venue, int connection, long nowNanos) =>
            Write(venue, connection, TapeFrameKind.Disconnected, "", [], nowNanos);

        public void OnLost(Venue venue, int connection, string reason, TimeSpan wait)
        {
        }

        public void OnReplaced(Venue venue, int connection, string reason)
        {
        }

        public void OnChangeOver(Venue venue, int connection, string reason)
        {
        }

        private void Write(
            Venue venue, int connection, TapeFrameKind kind, string context, ReadOnlySpan<byte> payload, long nanos) =>
            Assert.True(tape.Append(new TapeFrame(
                nanos, venue, (ushort)connection, kind, System.Text.Encoding.UTF8.GetBytes(context), payload)));
    }
}
