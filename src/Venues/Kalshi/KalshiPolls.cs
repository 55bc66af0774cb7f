using System.Text.Json;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Kalshi;

/// <summary>Everything that is asked for over REST, one request at a time and never above the venue's rate.</summary>
/// <remarks>
/// Feed loop only, but for the request that is under way. Books and descriptions take turns where both are due, and of
/// these what a market has come to and all the rest, and of those what is held and what is not: none starves another.
/// Books come from the one endpoint that no network between keeps a copy of.
/// </remarks>
internal sealed class KalshiPolls
{
    private const int MostBooksOfARequest = 100;
    private const int MostPages = 20;
    private const int PageSize = 1_000;
    private const int TooMany = 429;
    private const int Unknown = 404;
    private const int MostDoublings = 5;

    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TermsEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan SettleEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskedSoonest = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan QuietAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CompareEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Behind = TimeSpan.FromMinutes(30);

    private static readonly byte[][] CursorNames = ["cursor"u8.ToArray()];

    private readonly KalshiOptions _options;
    private readonly IVenueTransport _transport;
    private readonly KalshiDesk _desk;
    private readonly TimeProvider _clock;
    private readonly KalshiBucket _bucket;
    private readonly BackOff _backOff;
    private readonly List<Job> _jobs = [];
    private readonly Dictionary<string, Job> _terms = new(StringComparer.Ordinal);
    private readonly Job _settle = new(string.Empty, SettleEvery, IsList: false);
    private readonly Dictionary<string, long> _settled = new(StringComparer.Ordinal);
    private IReadOnlySet<string> _held = new HashSet<string>();
    private Task? _underWay;
    private List<string> _round = [];
    private int _roundAt;
    private long _roundNanos;
    private long _roundTookNanos;
    private long _roundDueNanos;
    private bool _wasBooks;
    private bool _wasSettle;
    private bool _wasHeld;
    private bool _polls;
    private int _asks;

    public KalshiPolls(
        KalshiOptions options, IVenueTransport transport, KalshiDesk desk, TimeProvider clock, Random random)
    {
        _options = options;
        _transport = transport;
        _desk = desk;
        _clock = clock;
        _bucket = new KalshiBucket(options.RequestsPerSecond ?? (options.Key is null ? 3 : 20));
        _backOff = new BackOff(
            TimeSpan.FromSeconds(Math.Max(1, options.ReconnectFirst.TotalSeconds)),
            options.ReconnectMost,
            options.ReconnectJitter,
            random);
        _jobs.Add(new Job("/exchange/status", StatusEvery, IsList: false));
        foreach (var series in options.Series)
        {
            _jobs.Add(new Job($"/markets?series_ticker={series.Ticker}", options.RefreshEvery, IsList: true));
        }

        foreach (var one in options.Events)
        {
            _jobs.Add(new Job($"/events/{one}?with_nested_markets=true", options.RefreshEvery, IsList: false));
        }
    }

    /// <summary>How long a polled book is believed: longer where a round of all books takes long.</summary>
    public TimeSpan PolledLife => TimeSpan.FromTicks(
        Math.Max(_options.PolledBookLife.Ticks, _roundTookNanos * 2 / 100));

    /// <summary>What went wrong last; null where nothing did since the last answer.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Requests sent.</summary>
    public long Requests { get; private set; }

    /// <summary>Sends the next request where one is due and the rate allows it.</summary>
    /// <param name="withBooks">True where books must be polled, as no socket brings them; else only those that are
    /// quiet
    /// are compared.</param>
    /// <param name="now">Now, nanoseconds since the Unix epoch.</param>
    /// <param name="cancel">Ends the request.</param>
    public void Step(bool withBooks, long now, CancellationToken cancel)
    {
        if (_underWay is { IsCompleted: false })
        {
            return;
        }

        Arrange(now);
        var isBooks = NextBooks(withBooks, now);
        var job = NextJob(now);
        if (isBooks && job is not null)
        {
            isBooks = !_wasBooks;
        }

        if ((!isBooks && job is null) || !_bucket.TryTake(now))
        {
            return;
        }

        _wasBooks = isBooks;
        _wasSettle = isBooks ? _wasSettle : ReferenceEquals(job, _settle);
        Requests++;
        _underWay = GuardAsync(isBooks ? AskBooksAsync(cancel) : AskAsync(job!, cancel));
    }

    /// <summary>Waits for the request that is under way.</summary>
    public Task EndAsync() => _underWay ?? Task.CompletedTask;

    // What must be asked for follows from what is known.
    private void Arrange(long now)
    {
        var (asks, terms, held, awaited) = _desk.Read(decoder => (
            decoder.Catalog.Asks, Terms(decoder.Catalog), decoder.Catalog.Held, Awaited(decoder.Catalog, now)));
        _held = held;
        if (asks != _asks)
        {
            _asks = asks;
            foreach (var job in _jobs)
            {
                job.DueNanos = Math.Min(job.DueNanos, Math.Max(now, job.SentNanos + AskedSoonest.Nanos()));
            }
        }

        foreach (var path in _terms.Keys.ToArray())
        {
            if (!terms.ContainsKey(path))
            {
                _terms.Remove(path);
            }
        }

        foreach (var (path, isKnown) in terms)
        {
            if (!_terms.TryGetValue(path, out var job))
            {
                job = new Job(path, TermsEvery, IsList: false);
                _terms.Add(path, job);
            }

            if (!isKnown)
            {
                var wait = TryAgain.Nanos() << Math.Clamp(job.Misses - 1, 0, MostDoublings);
                job.DueNanos = Math.Min(job.DueNanos, job.SentNanos == 0 ? now : job.SentNanos + wait);
            }
        }

        Settle(awaited, now);
    }

    // The events and series of all markets, and whether they are known.
    private static Dictionary<string, bool> Terms(KalshiCatalog catalog)
    {
        var terms = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var entry in catalog.Markets.Values)
        {
            var of = entry.Listing.EventTicker;
            terms[$"/events/{of}"] = catalog.KnowsEvent(of);
            var series = catalog.SeriesOf(of);
            terms[$"/series/{series}"] = catalog.KnowsSeries(series);
        }

        return terms;
    }

    // Markets that should have opened, and closed ones whose outcome is awaited: nothing tells of the one, and the list
    // that networks keep copies of tells late of the other. And what is held, where no list tells of it.
    private static List<string> Awaited(KalshiCatalog catalog, long now) =>
    [
        .. catalog.Held.Order(StringComparer.Ordinal).Where(ticker => !catalog.IsWatched(ticker)
            || !catalog.Markets.TryGetValue(ticker, out var held)
            || held.Phase is null or MarketPhase.Closed or MarketPhase.Resolved),
        .. catalog.Markets.Values
            .Where(one => one.Phase switch
            {
                MarketPhase.Closed => true,
                MarketPhase.Hydrating => one.Listing.OpensNanos != 0 && one.Listing.OpensNanos <= now,
                null => one.Listing.ClosesNanos != 0 && one.Listing.ClosesNanos <= now,
                _ => false,
            } && !catalog.Held.Contains(one.Listing.Ticker))
            .OrderByDescending(one => one.Listing.ClosesNanos).Select(one => one.Listing.Ticker),
    ];

    private void Settle(List<string> awaited, long now)
    {
        foreach (var ticker in _settled.Keys.ToArray())
        {
            if (!awaited.Contains(ticker))
            {
                _settled.Remove(ticker);
            }
        }

        if (now < _settle.DueNanos || awaited.Count == 0)
        {
            return;
        }

        // In turn, but every other time it is about money.
        var held = awaited.Where(_held.Contains).ToList();
        var others = awaited.Where(ticker => !_held.Contains(ticker)).ToList();
        _wasHeld = held.Count > 0 && (others.Count == 0 || !_wasHeld);
        var next = (_wasHeld ? held : others).MinBy(ticker => _settled.GetValueOrDefault(ticker))!;
        _settle.Path = $"/markets/{next}";
        _settled[next] = now;
    }

    private Job? NextJob(long now)
    {
        Job? next = null;
        foreach (var job in _jobs.Concat(_terms.Values))
        {
            if (now >= job.DueNanos && (next is null || job.DueNanos < next.DueNanos))
            {
                next = job;
            }
        }

        var isSettleDue = _settle.Path.Length > 0 && now >= _settle.DueNanos;
        return isSettleDue && (next is null || !_wasSettle) ? _settle : next;
    }

    private bool NextBooks(bool polls, long now)
    {
        if (_roundAt < _round.Count && polls == _polls)
        {
            return true;
        }

        if (now < _roundDueNanos && polls == _polls)
        {
            return false;
        }

        _polls = polls;
        _round = polls ? _desk.Wanted() : _desk.Quiet(now - QuietAfter.Nanos(), MostBooksOfARequest);
        _roundAt = 0;
        _roundNanos = now;
        _roundDueNanos = now + (polls ? _options.PollEvery : CompareEvery).Nanos();
        return _round.Count > 0;
    }

    // A fault of this program must not end the polls: it is told, and the next request goes out.
    private async Task GuardAsync(Task request)
    {
        try
        {
            await request;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Trouble = $"internal error: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";
        }
    }

    private async Task AskBooksAsync(CancellationToken cancel)
    {
        var some = _round.Skip(_roundAt).Take(MostBooksOfARequest).ToArray();
        _roundAt += some.Length;
        var sent = _clock.UnixNanos();
        var path = "/markets/orderbooks?" + string.Join('&', some.Select(ticker => $"tickers={ticker}"));
        if (await GetAsync(path, cancel) is { } answer)
        {
            var took = _clock.UnixNanos() - sent;
            if (took <= _options.PolledBookLife.Nanos() / 2)
            {
                _desk.Frame(0, answer.Body, answer.Context);
            }
            else
            {
                Trouble = $"books took {took / Stamps.NanosPerMilli} ms to come and are too old to be believed";
            }
        }

        if (_polls && _roundAt >= _round.Count)
        {
            _roundTookNanos = _clock.UnixNanos() - _roundNanos;
        }
    }

    private async Task AskAsync(Job job, CancellationToken cancel)
    {
        job.SentNanos = _clock.UnixNanos();
        job.DueNanos = job.SentNanos + job.Every.Nanos();
        var path = job.Path;
        if (ReferenceEquals(job, _settle))
        {
            job.Path = string.Empty;
        }

        if (job.IsList)
        {
            // Whole minutes, so that the same list is asked for by the same address for a while.
            var seconds = job.SentNanos / Stamps.NanosPerSecond / 60 * 60;
            path += $"&min_close_ts={seconds - (long)Behind.TotalSeconds}"
                + $"&max_close_ts={seconds + 60 + (long)_options.Ahead.TotalSeconds}&limit={PageSize}";
            path += job.Cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(job.Cursor)}" : string.Empty;
        }

        if (await GetAsync(path, cancel) is not { } answer)
        {
            job.Turn(string.Empty);
            job.Misses++;
            job.DueNanos = Math.Min(
                job.DueNanos, _clock.UnixNanos() + (TryAgain.Nanos() << Math.Min(job.Misses - 1, MostDoublings)));
            return;
        }

        job.Misses = 0;
        _desk.Frame(0, answer.Body, answer.Context);
        job.Turn(job.IsList && job.Pages < MostPages ? CursorOf(answer.Body) : string.Empty);
        if (job.Cursor.Length > 0)
        {
            job.DueNanos = job.SentNanos;
        }
    }

    private async Task<(byte[] Body, string Context)?> GetAsync(string path, CancellationToken cancel)
    {
        await Task.Yield();
        var address = new Uri(_options.Rest.ToString().TrimEnd('/') + path);
        try
        {
            var headers = _options.Key?.Sign("GET", address.AbsolutePath, Stamps.ToMillis(_clock.UnixNanos())) ?? [];
            var body = await _transport.GetAsync(address, headers, cancel);
            Trouble = null;
            _backOff.Reset();
            return (body, address.PathAndQuery);
        }
        catch (VenueException e)
        {
            Trouble = e.Message;
            if (e.Status != Unknown)
            {
                // The venue says too much was asked, or cannot answer; it never says for how long.
                var wait = _backOff.Next();
                _bucket.Rest(_clock.UnixNanos(), e.Status == TooMany ? wait * 2 : wait);
            }
        }
        catch (OperationCanceledException)
        {
            // The feed ends.
        }

        return null;
    }

    private static string CursorOf(ReadOnlySpan<byte> answer)
    {
        Span<JsonSlice> f = stackalloc JsonSlice[1];
        try
        {
            return JsonFields.Read(answer, CursorNames, f) == RejectReason.None
                && JsonFields.TryText(answer, f[0], out var text)
                ? System.Text.Encoding.UTF8.GetString(text)
                : string.Empty;
        }
        catch (JsonException)
        {
            return string.Empty;
        }
    }

    /// <summary>Something that is asked for again and again.</summary>
    private sealed record Job(string First, TimeSpan Every, bool IsList)
    {
        public string Path { get; set; } = First;

        public long DueNanos { get; set; }

        public long SentNanos { get; set; }

        /// <summary>How often in a row it was not answered.</summary>
        public int Misses { get; set; }

        public string Cursor { get; private set; } = string.Empty;

        public int Pages { get; private set; }

        public void Turn(string cursor)
        {
            Cursor = cursor;
            Pages = cursor.Length > 0 ? Pages + 1 : 0;
        }
    }
}
