using System.Diagnostics;
using Serilog;
using Strikeline.Exchange;
using Strikeline.Host.Cli;
using Strikeline.Host.Configuration;
using Strikeline.Host.Gateway;
using Strikeline.Host.Market;
using Strikeline.Journal;

namespace Strikeline.Host.Composition;

/// <summary>The exchange that the configuration describes, with what keeps its trades, orders and candles.</summary>
/// <remarks>The exchange never waits for the store: one that is away is caught up with from the journal.</remarks>
internal sealed class OpenExchange : IAsyncDisposable
{
    private const int ReplayRows = 4_096;
    private const int DayMinutes = 24 * 60;
    private const int Mebibyte = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(100);

    private readonly IMarketStore _store;
    private readonly MarketRecorder _recorder;

    private readonly CancellationTokenSource _closing = new();
    private readonly long _opened;
    private Task _restoring = Task.CompletedTask;

    private OpenExchange(ExchangeDesk desk, IMarketStore store, MarketRecorder recorder) =>
        (Desk, _store, _recorder, _opened) = (desk, store, recorder, desk.LastEvent);

    /// <summary>The exchange.</summary>
    public ExchangeDesk Desk { get; }

    /// <summary>Its trades, orders and candles.</summary>
    public IMarketStore Store => _store;

    /// <summary>What is wrong, one line each.</summary>
    public IEnumerable<string> Problems =>
        ((string?[])[
            Desk.Trouble is { } trouble ? $"exchange: {trouble}" : null,
            Desk.Warning is { } warning ? $"exchange: {warning}" : null,
            _recorder.Problem is { } problem ? $"market store: {problem}" : null,
            _recorder.Loss is { } loss ? $"market store: {loss}" : null,
            _recorder.Damage is { } damage ? $"market store: {damage}" : null,
        ]).OfType<string>();

    // Everything that happened before this program started is stored.
    private bool IsCaughtUp => _recorder.IsSound && _recorder.Position >= _opened;

    /// <summary>The folder of the journal.</summary>
    public static string FolderOf(Settings settings) =>
        settings.Exchange.Dir.Length > 0 ? settings.Exchange.Dir : Path.Combine(settings.DataDir, "exchange");

    /// <summary>Opens it.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="clock">The time.</param>
    /// <param name="prices">Around which prices it is to trade: <c>live</c> or <c>testnet</c>; null where it is only
    /// administered. The first run decides: accounts and books of the one are never mixed with the other's.</param>
    /// <exception cref="UserError">Its folder, its database, or what is configured cannot be used.</exception>
    public static async Task<OpenExchange> FromAsync(Settings settings, TimeProvider clock, string? prices)
    {
        var exchange = settings.Exchange;
        var folder = FolderOf(settings);
        var options = new PipelineOptions { Secret = ExchangeCommand.NewSecret() };
        try
        {
            var disk = FolderJournalDisk.ToWrite(folder);
            Belong(folder, prices);
            var journal = new JournalSettings { KeepBytes = exchange.HistoryKeepMb * (long)Mebibyte };
            var desk = ExchangeDesk.Open(disk, new ShardSettings { Pipeline = options, Journal = journal }, clock);
            var store = MarketStores.Of(folder, settings.DbUrl.Length > 0 ? settings.DbUrl : null);
            var recorder = new MarketRecorder(
                store, new JournalHistory(disk, options, () => desk.DurableSequence, ReplayRows),
                new MarketRecorderOptions(), clock);
            var open = new OpenExchange(desk, store, recorder);
            await open.StartAsync(Plan(exchange));
            return open;
        }
        catch (Exception e) when (e is JournalException or StateException or FormatException)
        {
            throw new UserError(e.Message, e);
        }
    }

    /// <summary>Forgets the whole store and makes it again from the journal.</summary>
    /// <param name="isLossAllowed">False refuses where the journal does not go back to the first event.</param>
    /// <param name="cancel">Stops the wait.</param>
    /// <exception cref="UserError">The journal does not go back so far, or the store stays away.</exception>
    public async Task RebuildStoreAsync(bool isLossAllowed, CancellationToken cancel)
    {
        var rebuilding = _recorder.RebuildAsync(isLossAllowed, cancel);
        var wellAt = Stopwatch.GetTimestamp();
        while (!rebuilding.IsCompleted)
        {
            await Task.WhenAny(rebuilding, Task.Delay(PollEvery, cancel));
            var problem = _recorder.Problem;
            wellAt = problem is null ? Stopwatch.GetTimestamp() : wellAt;
            if (problem is not null && Stopwatch.GetElapsedTime(wellAt) > Patience)
            {
                throw new UserError($"market store: {problem}");
            }
        }

        try
        {
            await rebuilding;
        }
        catch (MarketHistoryException refused)
        {
            throw new UserError($"{refused.Message}; add --allow-loss to do without it", refused);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The exchange first: what it delivers at the end is still recorded.
        Desk.Dispose();
        await _closing.CancelAsync();
        await _restoring;
        _closing.Dispose();
        await _recorder.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static void Belong(string folder, string? prices)
    {
        const string FileName = "prices";
        var path = Path.Combine(folder, FileName);
        var known = File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        if (prices is not null && known is not null && known != prices)
        {
            throw new UserError(
                $"{folder}: this exchange trades around {known} prices; choose another folder with --data");
        }

        if (prices is not null && known is null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(path, prices + "\n");
        }
    }

    private async Task StartAsync(ListingPlan plan)
    {
        try
        {
            Desk.Happened += batch => _recorder.Offer(batch);
            Desk.Recall = RecallAsync;
            _recorder.Told += Tell;
            _recorder.Start();
            var (orders, candles) = await RememberAsync();
            await Desk.StartAsync(plan, orders, candles);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }

        if (!await IsRestoredAsync())
        {
            // The store is away: what it knows comes when it is back.
            _restoring = RestoreLaterAsync();
        }
    }

    // What the open orders were for, and when they came: the core knows only what is left of them. And the candles that
    // trades to come belong to.
    private async Task<(IReadOnlyList<OrderRecord> Orders, IReadOnlyList<Candle> Candles)> RememberAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (!IsCaughtUp && Stopwatch.GetElapsedTime(started) < Patience && _recorder.Problem is null)
        {
            await Task.Delay(10);
        }

        try
        {
            return !IsCaughtUp
                ? ([], [])
                : (await _store.OpenOrdersAsync(CancellationToken.None),
                    await _store.NewestCandlesAsync(CancellationToken.None));
        }
        catch (MarketStoreException)
        {
            // The recorder tells of it; the exchange opens without.
            return ([], []);
        }
    }

    private static void Tell(string? problem)
    {
        if (problem is null)
        {
            Log.Information("the market's store is written again");
        }
        else
        {
            Log.Warning("market store: {Problem}", problem);
        }
    }

    private async Task<OrderRecord?> RecallAsync(long id)
    {
        try
        {
            return await _store.OrderAsync(id, CancellationToken.None);
        }
        catch (MarketStoreException)
        {
            return null;
        }
    }

    // Tapes and candles as if the exchange had never been closed; false where the store does not know them now.
    private async Task<bool> IsRestoredAsync()
    {
        if (!IsCaughtUp)
        {
            return false;
        }

        try
        {
            var position = _recorder.Position;
            var candles = await _store.NewestCandlesAsync(CancellationToken.None);
            var pasts = new List<MarketPast>();
            foreach (var market in Desk.Markets)
            {
                var minutes = await _store.CandlesAsync(
                    market.Spot.Number, CandleInterval.OneMinute, MarketPage.Newest(DayMinutes),
                    CancellationToken.None);
                var trades = await _store.TradesAsync(
                    market.Spot.Number, MarketPage.Newest(TradeTape.Restored), CancellationToken.None);
                pasts.Add(new MarketPast(position, [.. minutes.Reverse()], [.. trades.Reverse()]));
            }

            return Desk.TryRestore(pasts, candles);
        }
        catch (MarketStoreException)
        {
            return false;
        }
    }

    private async Task RestoreLaterAsync()
    {
        try
        {
            do
            {
                await Task.Delay(PollEvery, _closing.Token);
            }
            while (!await IsRestoredAsync());
        }
        catch (OperationCanceledException)
        {
            // Closed before the store came back.
        }
    }

    private static ListingPlan Plan(ExchangeSettings settings) => new(
        [.. settings.Assets.Select(asset => new PlannedAsset(asset.Name, asset.Decimals))],
        [.. settings.Markets.Select(market => new PlannedMarket(
            market.Symbol.Split('/')[0], market.Symbol.Split('/')[^1], market.Tick, market.Lot, market.MaxPrice,
            market.MaxQuantity, market.MakerFeePpm, market.TakerFeePpm, market.BandPpm))]);
}
