using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Strikeline.Exchange;
using Strikeline.Journal;
using Strikeline.Kernel;

namespace Strikeline.Host.Gateway;

/// <summary>The exchange as the rest of the program sees it: commands in, and what came of them; books, trades, orders
/// and accounts to read.</summary>
/// <remarks>
/// Everything that can be read is made of what the shard delivers, durable, one page at a time; nothing here asks the
/// core in between. Any thread may call.
/// </remarks>
internal sealed class ExchangeDesk : IShardOutput, IDisposable
{
    private const int House = 0;

    private readonly ConcurrentDictionary<long, Ticket> _tickets = new();

    // Answers to a page, while it is taken.
    private readonly List<(Ticket Ticket, Outcome Outcome)> _outcomes = [];
    private readonly ConcurrentDictionary<int, AccountFeed> _feeds = new();
    private readonly ConcurrentDictionary<int, TradingStatus> _statuses = new();
    private readonly OrderTracker _tracker = new();
    private readonly Dictionary<short, List<LevelChange>> _touched = [];
    private readonly Dictionary<int, PageNews> _news = [];
    private readonly Stack<PageNews> _spareNews = new();
    private readonly Shard _shard;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private CandleMaker _candles = new(isTaken: false);
    private MarketGroup _group = new(0);
    private long _tag;
    private long _opened;
    private volatile IReadOnlyList<SpotAsset> _assets = [];
    private volatile IReadOnlyList<MarketDesk> _markets = [];

    private ExchangeDesk(IJournalDisk disk, ShardSettings settings, TimeProvider clock)
    {
        _clock = clock;
        _shard = Shard.Open(disk, settings, this, clock);
    }

    /// <summary>What happened, for those that keep it; on the exchange's delivery, which waits.</summary>
    public event Action<MarketBatch>? Happened;

    /// <summary>There is something new to send; on the exchange's delivery, which waits.</summary>
    public event Action? Changed;

    /// <summary>Finds an order that ended before this program started; null where nobody remembers it.</summary>
    public Func<long, Task<OrderRecord?>> Recall { get; set; } = _ => Task.FromResult<OrderRecord?>(null);

    /// <summary>The API keys.</summary>
    public KeyDirectory Keys { get; } = new();

    /// <summary>Open orders.</summary>
    public OrderBoard Orders { get; } = new();

    /// <summary>Listed assets, by number.</summary>
    public IReadOnlyList<SpotAsset> Assets => _assets;

    /// <summary>Listed markets, by number.</summary>
    public IReadOnlyList<MarketDesk> Markets => _markets;

    /// <summary>Why the exchange takes nothing any more; null while it works.</summary>
    public string? Trouble => _shard.Trouble;

    /// <summary>What its keeper warns of; null where nothing is.</summary>
    public string? Warning => _shard.Keeper.Warning;

    /// <summary>What an account may be used for.</summary>
    public TradingStatus StatusOf(int account) => _statuses.GetValueOrDefault(account, TradingStatus.Open);

    /// <summary>The time of the exchange in nanoseconds since the Unix epoch.</summary>
    public long NowNanos => _clock.UnixNanos();

    /// <summary>Everything up to here is durable.</summary>
    public ulong DurableSequence => _shard.DurableSequence;

    /// <summary>Number of the newest event that was published, or found at the start.</summary>
    public long LastEvent => Volatile.Read(ref _opened);

    /// <summary>Opens the exchange of a folder.</summary>
    /// <param name="disk">The folder.</param>
    /// <param name="settings">How it runs.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="JournalException">The folder cannot be read or written.</exception>
    /// <exception cref="StateException">Its records are not of this program.</exception>
    public static ExchangeDesk Open(IJournalDisk disk, ShardSettings settings, TimeProvider clock)
    {
        var desk = new ExchangeDesk(disk, settings, clock);
        desk._opened = desk._shard.Ask(pipeline => pipeline.LastEvent);
        return desk;
    }

    /// <summary>Starts it, and lists what is missing of what it shall have.</summary>
    /// <param name="plan">The assets and markets that it shall have.</param>
    /// <param name="remembered">Open orders as they were recorded, where they were.</param>
    /// <param name="candles">The newest candles as they were recorded, where they were.</param>
    /// <exception cref="UserError">The plan does not go with what is listed already.</exception>
    public Task StartAsync(
        ListingPlan plan, IReadOnlyList<OrderRecord> remembered, IReadOnlyList<Candle> candles)
    {
        foreach (var candle in candles)
        {
            _candles.Restore(candle);
        }

        Restore(remembered.ToDictionary(order => order.Id));
        _shard.Start();
        return plan.ListAsync(this);
    }

    /// <summary>Takes over what the market's store knows of the time before, whatever has traded since; any
    /// thread.</summary>
    /// <param name="pasts">For each market, by number.</param>
    /// <param name="newest">The newest candles of all, read behind the pasts' position.</param>
    /// <returns>False where more has traded since than is remembered: try again with newer ones.</returns>
    public bool TryRestore(IReadOnlyList<MarketPast> pasts, IReadOnlyList<Candle> newest)
    {
        lock (_gate)
        {
            var (markets, candles) = (_markets, new CandleMaker(isTaken: false));
            foreach (var candle in newest)
            {
                candles.Restore(candle);
            }

            for (var i = 0; i < pasts.Count; i++)
            {
                if (!markets[i].Tape.GoesBackTo(pasts[i].Position))
                {
                    return false;
                }

                // Those that a restored candle holds change nothing.
                foreach (var trade in markets[i].Tape.After(pasts[i].Position, int.MaxValue)!)
                {
                    candles.Add(trade);
                }
            }

            _candles = candles;
            for (var i = 0; i < pasts.Count; i++)
            {
                markets[i].Tape.Restore(pasts[i], NowNanos / Stamps.NanosPerSecond);
            }

            return true;
        }
    }

    /// <summary>A market by its name, in any case, with a slash, a dash or nothing between; null where there is
    /// none.</summary>
    public MarketDesk? Market(string name) =>
        Symbol.TryParse(name, out var symbol)
            ? _markets.FirstOrDefault(market => market.Symbol == symbol)
            : null;

    /// <summary>As <see cref="Market(string)"/>, of the bytes of its name.</summary>
    public MarketDesk? Market(ReadOnlySpan<byte> name)
    {
        foreach (var market in _markets)
        {
            if (Ascii.EqualsIgnoreCase(name, market.Spot.Name))
            {
                return market;
            }
        }

        return Market(Encoding.UTF8.GetString(name));
    }

    /// <summary>The newest candle of a market; null where nothing has traded.</summary>
    public Candle? Newest(MarketDesk market, CandleInterval interval)
    {
        lock (_gate)
        {
            return _candles.Newest(market.Spot.Number, interval);
        }
    }

    /// <summary>What happens to an account.</summary>
    public AccountFeed Feed(int account) => _feeds.GetOrAdd(account, _ => new AccountFeed(Volatile.Read(ref _opened)));

    /// <summary>Hands a command in and waits for what came of it, durable.</summary>
    /// <returns>Fails with an <see cref="ExchangeUnavailableException"/> where it was not taken, or nobody knows what
    /// came of it.</returns>
    public Task<Outcome> RunAsync(in Command command)
    {
        var ticket = new TaskTicket();
        Run(command, ticket);
        return ticket.Task;
    }

    /// <summary>Hands a command in; what came of it goes to a ticket, once.</summary>
    public void Run(in Command command, Ticket ticket)
    {
        var tag = Open(ticket);
        var answer = _shard.TrySubmit(new ReadOnlySpan<Command>(in command), new ReadOnlySpan<long>(in tag));
        if (answer != ShardSubmit.Taken)
        {
            _tickets.TryRemove(tag, out _);
            ticket.Refuse(answer == ShardSubmit.Full
                ? new ExchangeUnavailableException("exchange_busy", "too many orders wait; try again")
                : new ExchangeUnavailableException("exchange_halted", Trouble ?? "the exchange is closing"));
        }
    }

    /// <summary>Lists an API key or takes one back.</summary>
    public Task<Outcome> RunAsync(KeyListing listing)
    {
        var ticket = new TaskTicket(outcome =>
        {
            if (outcome.Rejected == ReasonCode.None)
            {
                Keys.Put(listing);
            }
        });
        _shard.Submit(listing, Open(ticket));
        return ticket.Task;
    }

    /// <summary>Lists an asset.</summary>
    public Task<Outcome> RunAsync(AssetListing listing)
    {
        var ticket = new TaskTicket(outcome =>
        {
            if (outcome.Rejected == ReasonCode.None)
            {
                _assets = [.. _assets, new SpotAsset(_assets.Count, listing.Name.ToString(), listing.Decimals)];
            }
        });
        _shard.Submit(listing, Open(ticket));
        return ticket.Task;
    }

    /// <summary>Lists a market, or gives a listed one other terms.</summary>
    public Task<Outcome> RunAsync(InstrumentListing listing)
    {
        var ticket = new TaskTicket(outcome =>
        {
            if (outcome.Rejected == ReasonCode.None)
            {
                Put(listing);
            }
        });
        _shard.Submit(listing, Open(ticket));
        return ticket.Task;
    }

    /// <summary>What an account has, by asset; waits until all of it is durable.</summary>
    public Balance[] Balances(int account) => _shard.Ask(pipeline =>
        Enumerable.Range(0, pipeline.Assets.Count).Select(asset => pipeline.Balance(account, asset)).ToArray());

    /// <inheritdoc/>
    public void Deliver(ShardPage page)
    {
        lock (_gate)
        {
            Take(page);
        }
    }

    private void Take(ShardPage page)
    {
        for (var i = 0; i < page.Count; i++)
        {
            var events = page.EventsOf(i);
            _tracker.Apply(page.Commands[i], events);
            Note(events.Length == 0 ? 0 : events[^1].Sequence);
            if (page.Commands[i].Type is CommandType.SetInstrumentStatus or CommandType.SetAccountStatus)
            {
                NoteStatus(events);
            }

            if (_tickets.TryRemove(page.Tags[i], out var ticket))
            {
                _outcomes.Add((ticket, new Outcome(events.ToArray(), About(events), [.. _tracker.Trades])));
            }
        }

        if (page.Count == 0)
        {
            _tracker.Apply(page.AtNanos, page.Events);
            Note(page.Events.Length == 0 ? 0 : page.Events[^1].Sequence);
            if (_tickets.TryRemove(page.Tags[0], out var waiting))
            {
                _outcomes.Add((waiting, new Outcome(page.Events.ToArray(), null, [])));
            }
        }

        if (page.Events.Length > 0)
        {
            Publish(page);
        }

        // Whoever has an answer and looks finds the books and balances as the answer says.
        foreach (var (ticket, outcome) in _outcomes)
        {
            ticket.Deliver(outcome);
        }

        _outcomes.Clear();
    }

    /// <inheritdoc/>
    public void Refuse(ReadOnlySpan<long> tags, ShardRefusal refusal, string reason)
    {
        foreach (var tag in tags)
        {
            if (_tickets.TryRemove(tag, out var ticket))
            {
                ticket.Refuse(refusal == ShardRefusal.NotDone
                    ? new ExchangeUnavailableException("exchange_halted", reason)
                    : new ExchangeUnavailableException("outcome_unknown", reason));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _shard.Dispose();

    // The order that a command was about, also where it was done before.
    private OrderRecord? About(ReadOnlySpan<ExchangeEvent> events)
    {
        foreach (ref readonly var e in events)
        {
            if (!Outcome.IsExpiry(e)
                && e.Type is EventType.Accepted or EventType.Amended or EventType.Cancelled or EventType.Duplicate)
            {
                return Orders.Find(e.Order);
            }
        }

        return null;
    }

    // What one command has changed: to the boards at once, since the command's owner looks there with its answer.
    private void Note(long sequence)
    {
        _group.Add(_tracker, sequence);
        foreach (var trade in _tracker.Trades)
        {
            _markets[trade.Instrument].Tape.Add(trade);
            _candles.Add(trade);
            NewsOf(trade.TakerAccount, sequence).Fills.Add(trade);
            if (trade.MakerAccount != trade.TakerAccount)
            {
                NewsOf(trade.MakerAccount, sequence).Fills.Add(trade);
            }
        }

        foreach (var order in _tracker.Orders)
        {
            Orders.Put(order);
            NewsOf(order.Account, sequence).Orders[order.Id] = order;
        }
    }

    private void NoteStatus(ReadOnlySpan<ExchangeEvent> events)
    {
        foreach (ref readonly var e in events)
        {
            if (e.Type == EventType.InstrumentStatus)
            {
                _markets[e.Instrument].Status = (TradingStatus)e.Quantity;
            }
            else if (e.Type == EventType.AccountStatus)
            {
                _statuses[e.Account] = (TradingStatus)e.Quantity;
                NewsOf(e.Account, e.Sequence).Status = (TradingStatus)e.Quantity;
            }
        }
    }

    private PageNews NewsOf(int account, long sequence)
    {
        ref var news = ref CollectionsMarshal.GetValueRefOrAddDefault(_news, account, out _);
        news ??= _spareNews.TryPop(out var spare) ? spare : new PageNews();
        news.Sequence = Math.Max(news.Sequence, sequence);
        return news;
    }

    // What the page has changed, to everybody.
    private void Publish(ShardPage page)
    {
        var last = page.Events[^1].Sequence;
        foreach (ref readonly var level in page.Levels)
        {
            ref var touched = ref CollectionsMarshal.GetValueRefOrAddDefault(_touched, level.Instrument, out _);
            touched ??= [];
            var price = level.Price;
            if (!touched.Exists(known => known.Price == price))
            {
                touched.Add(level);
            }
        }

        foreach (var (instrument, levels) in _touched)
        {
            _markets[instrument].Depth.Apply(levels, last);
            levels.Clear();
        }

        foreach (ref readonly var balance in page.Balances)
        {
            if (balance.Account != House)
            {
                NewsOf(balance.Account, last).Balances[balance.Asset] = balance;
            }
        }

        foreach (var (account, news) in _news)
        {
            Feed(account).Add(last, [.. news.Orders.Values], [.. news.Fills], [.. news.Balances.Values], news.Status);
            news.Clear();
            _spareNews.Push(news);
        }

        if (_group.Take() is { } batch)
        {
            Happened?.Invoke(batch);
        }

        Volatile.Write(ref _opened, last);
        _news.Clear();
        Changed?.Invoke();
    }

    // Before it starts: nobody else looks at the core.
    private void Restore(Dictionary<long, OrderRecord> remembered) => _shard.Ask(pipeline =>
    {
        _assets = [.. pipeline.Assets.Select(
            (asset, number) => new SpotAsset(number, asset.Name.ToString(), asset.Decimals))];
        var sequence = pipeline.LastEvent;
        _group = new MarketGroup(sequence);
        var markets = new List<MarketDesk>();
        for (var i = 0; i < pipeline.Instruments; i++)
        {
            var (name, terms, status) = pipeline.Instrument(i);
            var market = new MarketDesk(SpotMarket.Of((short)i, name.ToString(), terms, _assets)) { Status = status };
            market.Depth.Restore(pipeline.Levels(i), sequence);
            market.Tape.Restore(pipeline.LastPrice(i));
            market.Tape.BeginAt(sequence);
            markets.Add(market);
        }

        _markets = markets;
        for (var account = 0; account < pipeline.Accounts; account++)
        {
            _statuses[account] = pipeline.AccountStatus(account);
        }

        foreach (var key in pipeline.Keys)
        {
            Keys.Put(key);
        }

        foreach (var order in pipeline.Orders())
        {
            _tracker.Restore(order, remembered.GetValueOrDefault(order.Id));
        }

        _tracker.GoOnAt(pipeline.NowNanos);

        foreach (var order in _tracker.Open)
        {
            Orders.Put(order);
        }

        return true;
    });

    private void Put(InstrumentListing listing)
    {
        var spot = SpotMarket.Of((short)listing.Number, listing.Name.ToString(), listing.Terms(), _assets);
        _markets = listing.Number == _markets.Count
            ? [.. _markets, new MarketDesk(spot)]
            : [.. _markets.Select(market => market.Spot.Number == listing.Number ? market.With(spot) : market)];
    }

    private long Open(Ticket ticket)
    {
        var tag = Interlocked.Increment(ref _tag);
        _tickets[tag] = ticket;
        return tag;
    }
}
