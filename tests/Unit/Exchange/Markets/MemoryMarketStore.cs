using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange.Markets;

/// <summary>A store in memory that fails as the dice say: before it has stored, or after, when nobody knows; and that takes
/// its time.</summary>
internal sealed class MemoryMarketStore(TimeProvider clock, Random? dice = null) : IMarketStore
{
    private readonly List<TradePrint> _trades = [];
    private readonly Dictionary<long, OrderRecord> _orders = [];
    private readonly Dictionary<(short, CandleInterval, long), Candle> _candles = [];
    private readonly List<MarketHole> _holes = [];
    private long _position;

    /// <summary>One of so many calls fails; 0 for none.</summary>
    public int FailsOneOf { get; set; }

    public bool IsDown { get; set; }

    public int Failures { get; private set; }

    /// <summary>What it says is damaged, until it is cleared.</summary>
    public string? Damage { get; set; }

    public Task<long> OpenAsync(CancellationToken cancel) => CallAsync(() => _position, cancel);

    public Task AppendAsync(MarketBatch batch, IReadOnlyList<Candle> candles, CancellationToken cancel) => CallAsync(
        () =>
        {
            if (batch.LastSequence <= _position)
            {
                return 0L;
            }

            if (batch.FirstSequence != _position + 1)
            {
                throw new MarketStoreException($"{batch.FirstSequence} behind {_position}");
            }

            _trades.AddRange(batch.Trades);
            foreach (var order in batch.Orders)
            {
                _orders[order.Id] = order;
            }

            foreach (var candle in candles)
            {
                _candles[(candle.Instrument, candle.Interval, candle.OpenSecond)] = candle;
            }

            if (batch.IsHole)
            {
                _holes.Add(new MarketHole(batch.FirstSequence, batch.LastSequence));
            }

            return _position = batch.LastSequence;
        },
        cancel);

    public Task ClearAsync(CancellationToken cancel) => CallAsync(
        () =>
        {
            _trades.Clear();
            _orders.Clear();
            _candles.Clear();
            _holes.Clear();
            Damage = null;
            return _position = 0;
        },
        cancel);

    public Task<long> PositionAsync(CancellationToken cancel) => CallAsync(() => _position, cancel);

    public Task<string?> DamageAsync(CancellationToken cancel) => CallAsync(() => Damage, cancel);

    public Task<IReadOnlyList<Candle>> NewestCandlesAsync(CancellationToken cancel) => CallAsync<IReadOnlyList<Candle>>(
        () => [.. _candles.Values.GroupBy(one => (one.Instrument, one.Interval)).Select(all => all.MaxBy(one => one.OpenSecond)!)], cancel);

    public Task<IReadOnlyList<OrderRecord>> OpenOrdersAsync(CancellationToken cancel) => CallAsync<IReadOnlyList<OrderRecord>>(
        () => [.. _orders.Values.Where(order => !order.IsOver)], cancel);

    public Task<IReadOnlyList<MarketHole>> HolesAsync(CancellationToken cancel) => CallAsync<IReadOnlyList<MarketHole>>(() => [.. _holes], cancel);

    public Task<IReadOnlyList<Candle>> CandlesAsync(short instrument, CandleInterval interval, MarketPage page, CancellationToken cancel) =>
        CallAsync<IReadOnlyList<Candle>>(
            () => [.. _candles.Values.Where(one => one.Instrument == instrument && one.Interval == interval)], cancel);

    public Task<IReadOnlyList<TradePrint>> TradesAsync(short instrument, MarketPage page, CancellationToken cancel) =>
        CallAsync<IReadOnlyList<TradePrint>>(() => [.. _trades.Where(trade => trade.Instrument == instrument)], cancel);

    public Task<IReadOnlyList<TradePrint>> FillsAsync(int account, short? instrument, MarketPage page, CancellationToken cancel) =>
        CallAsync<IReadOnlyList<TradePrint>>(() => [.. _trades.Where(trade => trade.TakerAccount == account)], cancel);

    public Task<IReadOnlyList<OrderRecord>> OrdersAsync(int account, short? instrument, MarketPage page, CancellationToken cancel) =>
        CallAsync<IReadOnlyList<OrderRecord>>(() => [.. _orders.Values.Where(order => order.Account == account)], cancel);

    public Task<OrderRecord?> OrderAsync(long id, CancellationToken cancel) => CallAsync(() => _orders.GetValueOrDefault(id), cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T> CallAsync<T>(Func<T> call, CancellationToken cancel)
    {
        var fails = IsDown || (FailsOneOf > 0 && dice!.Next(FailsOneOf) == 0);
        if (dice is not null && dice.Next(4) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(20)), clock, cancel);
        }

        Failures += fails ? 1 : 0;
        var result = fails && (IsDown || dice!.Next(2) == 0) ? throw new MarketStoreException("down") : call();
        if (fails)
        {
            throw new MarketStoreException("gone before it answered");
        }

        if (dice is not null && dice.Next(4) == 0)
        {
            // Killed here, it has stored, and nobody heard of it.
            await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(20)), clock, cancel);
        }

        return result;
    }
}
