using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Kalshi;

/// <summary>
/// Kalshi in memory, on virtual time, with faults on command: markets of 15 minutes that come and go, their books,
/// REST and
/// sockets. Numbers of subscriptions belong to a connection, as on the real one.
/// </summary>
internal sealed class ScriptedKalshi : ScriptedServer<ScriptedKalshi.Socket>, IVenueTransport
{
    private const int WindowSeconds = 900;
    private const int AllowedSkewSeconds = 5;

    private readonly RSA? _verifier;
    private readonly Random _random = new(7);
    private readonly SortedDictionary<string, (SortedDictionary<int, long> Yes, SortedDictionary<int, long> No)> _books = new(StringComparer.Ordinal);
    private ITimer? _beat;
    private int _beats;

    public ScriptedKalshi(VirtualTime time, string[] series, RSA? verifier = null)
        : base(time)
    {
        (Series, _verifier) = (series, verifier);
        var every = TimeSpan.FromMilliseconds(200);
        _beat = time.CreateTimer(_ => Beat(), null, every, every);
    }

    public string[] Series { get; }

    /// <summary>Every socket is refused.</summary>
    public bool Refuses { get; set; }

    /// <summary>Nothing is sent; sockets stay open and pings are answered.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Books are not sent any more, all else is.</summary>
    public bool AreBooksFrozen { get; set; }

    /// <summary>Books do not change; all that there is has been sent.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>The next change of this market is counted and not sent.</summary>
    public string? Loses { get; set; }

    /// <summary>Nothing is sent of this market any more, and nothing says so.</summary>
    public string? Dead { get; set; }

    /// <summary>Sent once instead of the next change.</summary>
    public string? Garbage { get; set; }

    /// <summary>Requests are answered with 429, and with no word of how long.</summary>
    public bool SaysTooMany { get; set; }

    /// <summary>How long an answer takes.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(80);

    /// <summary>Trading is paused.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Nothing is sent that was not asked for.</summary>
    public bool IsMute { get; set; }

    /// <summary>How long after its close a market is paid.</summary>
    public TimeSpan SettlesAfter { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>Nothing is told of events and series.</summary>
    public bool HidesTerms { get; set; }

    /// <summary>Markets of a page of the list.</summary>
    public int PageSize { get; set; } = 1_000;

    public string Bands { get; set; } = KalshiTexts.Tapered;

    /// <summary>Markets of each event: more than one is a ladder.</summary>
    public int Strikes { get; set; } = 1;

    private long Seconds => Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The market of a series that is open now, or one that follows.</summary>
    public string Ticker(int series = 0, int ahead = 0, int strike = 0)
    {
        var close = ((Seconds / WindowSeconds) + 1 + ahead) * WindowSeconds;
        return TickerOf(Series[series], close, strike);
    }

    /// <summary>The bids of a side, best first: what a feed must show.</summary>
    public string Line(string ticker)
    {
        var (yes, no) = BookOf(ticker);
        var bids = yes.Reverse().Select(level => $"{Micros.ToText(level.Key * 1_000)}x{Micros.ToText(level.Value * 10_000)}");
        var asks = no.Reverse().Select(level => $"{Micros.ToText(1_000_000 - (level.Key * 1_000))}x{Micros.ToText(level.Value * 10_000)}");
        return $"{string.Concat(bids.Select(one => one + " "))}| {string.Join(' ', asks)}".TrimEnd();
    }

    public Task<IVenueSocket> ConnectAsync(Uri address, CancellationToken cancel) =>
        throw new VenueException("401 token_authentication_failure");

    public Task<IVenueSocket> ConnectAsync(
        Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Note("connect");
        Verify("GET", address, headers);
        if (Refuses)
        {
            throw new VenueException($"cannot connect to {address}: refused");
        }

        return Task.FromResult<IVenueSocket>(Accept(number => new Socket(this, number)));
    }

    public Task<byte[]> GetAsync(Uri address, CancellationToken cancel) => GetAsync(address, [], cancel);

    public async Task<byte[]> GetAsync(
        Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancel)
    {
        Note($"get {address.PathAndQuery}");
        if (headers.Count > 0)
        {
            Verify("GET", address, headers);
        }

        await Task.Delay(Latency, Time, cancel);
        if (SaysTooMany)
        {
            throw new VenueException($"GET {address} answered 429", TimeSpan.FromSeconds(60)) { Status = 429 };
        }

        return Encoding.UTF8.GetBytes(Answer(address));
    }

    public void Tell(string text) => Array.ForEach(Open, socket => socket.Offer(text));

    private static string TickerOf(string series, long close, int strike)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(close).ToString("yyMMddHHmm", CultureInfo.InvariantCulture);
        return $"{series}-{at}-{strike}";
    }

    private static string Levels(SortedDictionary<int, long> side) =>
        $"[{string.Join(',', side.Select(level => $"[\"{Text(level.Key, 3)}\",\"{Text(level.Value, 2)}\"]"))}]";

    private static string Text(long value, int decimals) =>
        (value < 0 ? "-" : "") + DecimalText.ToText(Math.Abs(value), decimals);

    private void Verify(string method, Uri address, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var all = headers.ToDictionary();
        var time = long.Parse(all["KALSHI-ACCESS-TIMESTAMP"], CultureInfo.InvariantCulture);
        Assert.InRange(time, (Seconds - AllowedSkewSeconds) * 1_000, (Seconds + AllowedSkewSeconds) * 1_000);
        var text = Encoding.UTF8.GetBytes($"{time}{method}{address.AbsolutePath}");
        Assert.True(_verifier!.VerifyData(
            text, Convert.FromBase64String(all["KALSHI-ACCESS-SIGNATURE"]), HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    private (SortedDictionary<int, long> Yes, SortedDictionary<int, long> No) BookOf(string ticker)
    {
        if (!_books.TryGetValue(ticker, out var book))
        {
            book = (new() { [450] = 1_000, [470] = 2_525 }, new() { [500] = 700, [510] = 301 });
            _books.Add(ticker, book);
        }

        return book;
    }

    // Prices stay so far from each other that the book is never crossed.
    private void Beat()
    {
        _beats++;
        foreach (var series in Series)
        {
            for (var strike = 0; strike < Strikes; strike++)
            {
                var ticker = TickerOf(series, ((Seconds / WindowSeconds) + 1) * WindowSeconds, strike);
                var (yes, no) = BookOf(ticker);
                if (IsQuiet || IsMute || IsPaused)
                {
                    continue;
                }

                var isYes = _random.Next(2) == 0;
                var price = isYes ? 400 + _random.Next(90) : 420 + _random.Next(90);
                var side = isYes ? yes : no;
                var delta = side.GetValueOrDefault(price) is > 0 and var held && _random.Next(2) == 0 ? -held : 1 + _random.Next(5_000);
                side[price] = side.GetValueOrDefault(price) + delta;
                if (side[price] == 0)
                {
                    side.Remove(price);
                }

                Send(ticker, isYes, price, delta);
            }
        }

        if (_beats % 5 == 0)
        {
            foreach (var socket in Open)
            {
                socket.Second();
            }
        }
    }

    private void Send(string ticker, bool isYes, int price, long delta)
    {
        var isLost = Loses == ticker;
        Loses = isLost ? null : Loses;
        foreach (var socket in Open)
        {
            if (socket.Books.Contains(ticker) && ticker != Dead)
            {
                socket.Sequence++;
                if (!isLost && !AreBooksFrozen)
                {
                    socket.Offer(Garbage ?? KalshiTexts.Delta(
                        ticker, socket.SidOf("orderbook_delta"), socket.Sequence, isYes ? "yes" : "no", Text(price, 3), Text(delta, 2)));
                }
            }
        }

        Garbage = null;
    }

    private string Answer(Uri address)
    {
        var path = address.AbsolutePath["/trade-api/v2".Length..];
        var query = address.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')).Where(pair => pair.Length == 2).ToArray();
        string One(string name) => query.FirstOrDefault(pair => pair[0] == name)?[1] ?? string.Empty;
        if (path == "/exchange/status")
        {
            return $"{{\"exchange_active\":true,\"trading_active\":{(IsPaused ? "false" : "true")}}}";
        }

        if (path == "/markets/orderbooks")
        {
            var books = query.Where(pair => pair[0] == "tickers").Select(pair => pair[1]).ToArray();
            Assert.InRange(books.Length, 1, 100);
            return $"{{\"orderbooks\":[{string.Join(',', books.Select(ticker =>
            {
                var (yes, no) = BookOf(ticker);
                return $"{{\"ticker\":\"{ticker}\",\"orderbook_fp\":{{\"yes_dollars\":{Levels(yes)},\"no_dollars\":{Levels(no)}}}}}";
            }))}]}}";
        }

        if (path == "/markets")
        {
            return Page(One("series_ticker"), long.Parse(One("min_close_ts"), CultureInfo.InvariantCulture),
                long.Parse(One("max_close_ts"), CultureInfo.InvariantCulture), One("cursor"));
        }

        var name = path[(path.LastIndexOf('/') + 1)..];
        return HidesTerms && !path.StartsWith("/markets/", StringComparison.Ordinal)
            ? throw new VenueException($"GET {address} answered 404") { Status = 404 }
            : path.StartsWith("/series/", StringComparison.Ordinal) ? KalshiTexts.Series(name)
            : path.StartsWith("/events/", StringComparison.Ordinal) ? KalshiTexts.EventOf(name, name.Split('-')[0])
            : path.StartsWith("/markets/", StringComparison.Ordinal) ? $"{{\"market\":{MarketOf(name)}}}"
            : throw new VenueException($"GET {address} answered 404") { Status = 404 };
    }

    private string Page(string series, long from, long to, string cursor)
    {
        var all = new List<string>();
        for (var close = ((from / WindowSeconds) + 1) * WindowSeconds; close <= to; close += WindowSeconds)
        {
            for (var strike = 0; strike < Strikes; strike++)
            {
                all.Add(TickerOf(series, close, strike));
            }
        }

        var at = cursor.Length == 0 ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        var next = at + PageSize < all.Count ? $"{at + PageSize}" : string.Empty;
        return $"{{\"cursor\":\"{next}\",\"markets\":[{string.Join(',', all.Skip(at).Take(PageSize).Select(MarketOf))}]}}";
    }

    // It is decided three seconds after its close and settled after a while more, and opens when the window before it closes.
    private string MarketOf(string ticker)
    {
        var parts = ticker.Split('-');
        var close = DateTimeOffset.ParseExact(
            parts[1] + "Z", "yyMMddHHmmZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var seconds = close.ToUnixTimeSeconds();
        var status = Seconds < seconds - WindowSeconds ? "initialized" : Seconds < seconds ? "active"
            : Seconds < seconds + 3 ? "closed" : Seconds < seconds + SettlesAfter.TotalSeconds ? "determined" : "finalized";
        var isDecided = status is "determined" or "finalized";
        return KalshiTexts.Market(
            ticker,
            $"{parts[0]}-{parts[1]}",
            ("status", $"\"{status}\""),
            ("open_time", $"\"{close.AddSeconds(-WindowSeconds):yyyy-MM-ddTHH:mm:ssZ}\""),
            ("close_time", $"\"{close:yyyy-MM-ddTHH:mm:ssZ}\""),
            ("result", isDecided ? "\"yes\"" : "\"\""),
            ("settlement_value_dollars", isDecided ? "\"1.0000\"" : string.Empty),
            ("floor_strike", status == "initialized" ? string.Empty : "63193.52"),
            ("price_ranges", Bands));
    }

    protected override void Said(Socket socket, string text)
    {
        Note($"sent {text}");
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        var command = root.GetProperty("cmd").GetString();
        var id = root.GetProperty("id").GetInt32();
        if (command == "list_subscriptions")
        {
            socket.Offer($"{{\"id\":{id},\"type\":\"ok\",\"subscriptions\":[]}}");
            return;
        }

        var parameters = root.GetProperty("params");
        var tickers = parameters.TryGetProperty("market_tickers", out var list)
            ? list.EnumerateArray().Select(one => one.GetString()!).ToArray()
            : [];
        if (command == "subscribe")
        {
            foreach (var channel in parameters.GetProperty("channels").EnumerateArray().Select(one => one.GetString()!))
            {
                socket.Offer($"{{\"id\":{id},\"type\":\"subscribed\",\"msg\":{{\"channel\":\"{channel}\",\"sid\":{socket.SidOf(channel)}}}}}");
                if (channel == "orderbook_delta")
                {
                    Assert.False(parameters.GetProperty("use_yes_price").GetBoolean());
                    socket.Books.UnionWith(tickers);
                    Snapshots(socket, tickers);
                }
            }

            return;
        }

        Assert.Equal("update_subscription", command);
        var sid = parameters.GetProperty("sids")[0].GetInt64();
        if (sid != socket.SidOf("orderbook_delta"))
        {
            return;
        }

        var action = parameters.GetProperty("action").GetString();
        socket.Offer($"{{\"id\":{id},\"type\":\"ok\",\"sid\":{sid},\"seq\":{++socket.Sequence},\"msg\":{{}}}}");
        if (action == "delete_markets")
        {
            socket.Books.ExceptWith(tickers);
            return;
        }

        if (action == "add_markets")
        {
            socket.Books.UnionWith(tickers);
        }

        Snapshots(socket, tickers);
    }

    private void Snapshots(Socket socket, string[] tickers)
    {
        foreach (var ticker in tickers)
        {
            var (yes, no) = BookOf(ticker);
            socket.Sequence++;
            if (!AreBooksFrozen)
            {
                socket.Offer(KalshiTexts.Snapshot(
                    ticker, socket.SidOf("orderbook_delta"), socket.Sequence, Levels(yes), Levels(no)));
            }
        }
    }

    internal sealed class Socket(ScriptedKalshi venue, int number) : ScriptedSocket(number)
    {
        private readonly Dictionary<string, long> _sids = [];

        public long Sequence { get; set; }

        public HashSet<string> Books { get; } = [];

        public long SidOf(string channel)
        {
            // Other numbers on every connection.
            if (!_sids.TryGetValue(channel, out var sid))
            {
                sid = (Number * 10) + _sids.Count;
                _sids.Add(channel, sid);
            }

            return sid;
        }

        // What comes once a second: the index, and the best prices of each book.
        public void Second()
        {
            if (venue.IsMute)
            {
                return;
            }

            var millis = venue.Time.GetUtcNow().ToUnixTimeMilliseconds();
            if (_sids.TryGetValue("cfbenchmarks_value", out var sid))
            {
                Offer($"{{\"type\":\"cfbenchmarks_value\",\"sid\":{sid},\"seq\":{millis},\"msg\":{{\"index_id\":\"BRTI\","
                    + $"\"received_at\":{millis},\"data\":\"{{\\\"time\\\":{millis},\\\"value\\\":\\\"63000.5\\\"}}\",\"avg_60s_data\":"
                    + $"{{\"value\":\"63000.25\",\"window_size\":60,\"window_end_ts_exclusive\":{millis}}}}}}}");
            }

            foreach (var ticker in Books.Where(one => one != venue.Dead).ToArray())
            {
                var (yes, no) = venue.BookOf(ticker);
                var bid = yes.Count == 0 ? 0 : yes.Last().Key;
                var ask = no.Count == 0 ? 1_000 : 1_000 - no.Last().Key;
                Offer($"{{\"type\":\"ticker\",\"sid\":{SidOf("ticker")},\"msg\":{{\"market_ticker\":\"{ticker}\",\"yes_bid_dollars\":"
                    + $"\"{Text(bid, 3)}\",\"yes_ask_dollars\":\"{Text(ask, 3)}\",\"ts_ms\":{millis}}}}}");
            }
        }

        public void Offer(string text)
        {
            if (!venue.IsFrozen)
            {
                Deliver(text);
            }
        }
    }
}
