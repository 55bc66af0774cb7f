using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Web;
using Strikeline.Unit.TestKit;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Polymarket;

/// <summary>
/// Polymarket in memory on virtual time, as far as a feed needs it: descriptions, books by REST, the market channel,
/// both feeds of settlement prices; with faults on command. Every window of five minutes exists once it is asked for.
/// </summary>
internal sealed class ScriptedPolymarket : ScriptedServer<ScriptedPolymarket.Socket>, IVenueTransport
{
    private readonly Random _random = new(5);
    private readonly Dictionary<string, Listed> _markets = [];
    private readonly ITimer _beat;
    private readonly ITimer _second;
    private long _beats;

    public ScriptedPolymarket(VirtualTime time, TimeSpan every)
        : base(time)
    {
        _beat = time.CreateTimer(_ => Beat(), null, every, every);
        _second = time.CreateTimer(_ => Price(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>How long after it was first asked for a market has tokens, and then a book.</summary>
    public TimeSpan HydratesAfter { get; set; } = TimeSpan.Zero;

    /// <summary>Nothing changes on any book.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>Markets on whose books nothing changes.</summary>
    public HashSet<string> Quiet { get; } = [];

    /// <summary>Numbers of sockets that are open, answer pings, and say nothing.</summary>
    public HashSet<int> Frozen { get; } = [];

    /// <summary>Sockets on which one token says nothing.</summary>
    public HashSet<(int Socket, string Token)> Silent { get; } = [];

    /// <summary>Answers to pings stay away.</summary>
    public bool MutesPongs { get; set; }

    /// <summary>The price to beat that Gamma shows is beside the stream's by so many cents.</summary>
    public int GammaIsBeside { get; set; }

    /// <summary>PolyBolt refuses the key.</summary>
    public bool RefusesKey { get; set; }

    /// <summary>Markets that the venue has not decided, though they are over.</summary>
    public HashSet<string> Undecided { get; } = [];

    /// <summary>REST answers 429.</summary>
    public bool Refuses { get; set; }

    /// <summary>For how long it asks to be left alone then; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The CLOB answers 425.</summary>
    public bool Restarts { get; set; }

    /// <summary>Numbers of the open sockets of the market channel, oldest first.</summary>
    public IReadOnlyList<int> MarketSockets => [.. Open.Where(socket => socket.Kind == "market").Select(socket => socket.Number)];

    private long Now => Time.UnixNanos() / Stamps.NanosPerSecond;

    public string YesOf(string slug) => _markets[slug].Yes;

    public string IdOf(string slug) => _markets[slug].Id;

    /// <summary>A token's levels as the venue has them.</summary>
    public string TextOf(string token)
    {
        var market = _markets.Values.Single(one => one.Yes == token || one.No == token);
        var (bids, asks) = market.Sides(token);
        return string.Join(' ', bids.Reverse().Select(level => $"{level.Key}:{level.Value}")) + "|"
            + string.Join(' ', asks.Select(level => $"{level.Key}:{level.Value}"));
    }

    public Task<IVenueSocket> ConnectAsync(Uri address, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult<IVenueSocket>(Accept(number => new Socket(this, number, address.Host.Split('.')[0])));
    }

    public async Task<byte[]> GetAsync(Uri address, CancellationToken cancel)
    {
        Note($"get {address.PathAndQuery}");
        await Task.Delay(TimeSpan.FromMilliseconds(20), Time, cancel);
        if (Refuses)
        {
            throw new VenueException("429", RetryAfter) { Status = 429 };
        }

        if (Restarts && address.Host == "clob.test")
        {
            throw new VenueException("425") { Status = 425 };
        }

        var query = HttpUtility.ParseQueryString(address.Query);
        var text = address.AbsolutePath switch
        {
            "/markets/keyset" => Markets(
                query.GetValues("slug") ?? [.. _markets.Values.Where(one => one.Id == query["condition_ids"]).Select(one => one.Slug)],
                query["closed"] == "true"),
            "/book" => Book(query["token_id"]!),
            _ when address.AbsolutePath.StartsWith("/clob-markets/", StringComparison.Ordinal) => Terms(address.AbsolutePath[14..]),
            _ => throw new VenueException($"GET {address} answered 404") { Status = 404 },
        };
        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Cuts a socket; with a code it is closed.</summary>
    public void Cut(int number, int? code = null) => Array.Find(Open, socket => socket.Number == number)?.Break(code);

    /// <summary>Changes the tick of a market.</summary>
    public void ChangeTick(string slug, string from, string to)
    {
        var market = _markets[slug];
        foreach (var token in new[] { market.Yes, market.No })
        {
            Tell(token, $"{{\"event_type\":\"tick_size_change\",\"asset_id\":\"{token}\",\"market\":\"{market.Id}\","
                + $"\"old_tick_size\":\"{from}\",\"new_tick_size\":\"{to}\",\"timestamp\":\"{Millis}\"}}");
        }
    }

    /// <summary>Says something on every socket that follows a market.</summary>
    public void Say(string slug, string frame) => Tell(_markets[slug].Yes, frame);

    /// <summary>Sends whole books of a market.</summary>
    public void SendBooks(string slug)
    {
        var market = _markets[slug];
        Tell(market.Yes, Whole(market, market.Yes));
        Tell(market.No, Whole(market, market.No));
    }

    private long Millis => Time.UnixNanos() / Stamps.NanosPerMilli;

    private Listed? MarketOf(string slug)
    {
        if (!_markets.TryGetValue(slug, out var market))
        {
            var parts = slug.Split('-');
            if (parts.Length != 4 || parts[2] != "5m" || !long.TryParse(parts[3], out var start) || start % 300 != 0)
            {
                return null;
            }

            market = new Listed(slug, $"0x{_markets.Count + 1:x64}", $"{1_000 + (_markets.Count * 2)}", $"{1_001 + (_markets.Count * 2)}", start, Now);
            for (var i = 1; i <= 5; i++)
            {
                market.Bids[500_000 - (i * 10_000)] = 10_000_000 * i;
                market.Asks[500_000 + (i * 10_000)] = 20_000_000 * i;
            }

            _markets.Add(slug, market);
        }

        return market;
    }

    private bool IsOver(Listed market) => Now >= market.Start + 310 && !Undecided.Contains(market.Slug);

    private bool IsHydrated(Listed market) => Now >= market.AskedAt + (long)HydratesAfter.TotalSeconds;

    private string Markets(string[] slugs, bool closed)
    {
        var found = slugs.Select(MarketOf).Where(market => market is not null && closed == IsOver(market));
        return $"{{\"markets\":[{string.Join(',', found.Select(market => Described(market!)))}]}}";
    }

    private string Described(Listed market)
    {
        var tokens = IsHydrated(market) ? $"[\\\"{market.Yes}\\\", \\\"{market.No}\\\"]" : "[]";
        var over = IsOver(market);
        var metadata = Now >= market.Start + 8
            ? $",\"eventMetadata\":{{\"priceToBeat\":{(PriceAt(market.Start) + (GammaIsBeside / 100m)).ToString(CultureInfo.InvariantCulture)}}}"
            : string.Empty;
        return $"{{\"id\":\"1\",\"slug\":\"{market.Slug}\",\"conditionId\":\"{market.Id}\",\"question\":\"q\",\"description\":"
            + $"\"{PolymarketTexts.Twap}\",\"outcomes\":\"[\\\"Up\\\", \\\"Down\\\"]\",\"clobTokenIds\":\"{tokens}\",\"active\":true,"
            + $"\"closed\":{(over ? "true" : "false")},\"acceptingOrders\":true,\"orderPriceMinTickSize\":0.01,\"orderMinSize\":5,"
            + $"\"outcomePrices\":\"{(over ? "[\\\"1\\\", \\\"0\\\"]" : "[\\\"0.5\\\", \\\"0.5\\\"]")}\",\"umaResolutionStatus\":\"{(over ? "resolved" : "")}\","
            + $"\"eventStartTime\":\"{Iso(market.Start)}\",\"endDate\":\"{Iso(market.Start + 300)}\",\"feesEnabled\":false,"
            + $"\"events\":[{{\"id\":\"7\",\"negRisk\":false{metadata}}}]}}";
    }

    private static string Iso(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private string Terms(string id)
    {
        var market = _markets.Values.SingleOrDefault(one => one.Id == id && IsHydrated(one))
            ?? throw new VenueException("answered 404") { Status = 404 };
        return $"{{\"t\":[{{\"t\":\"{market.Yes}\",\"o\":\"Up\"}},{{\"t\":\"{market.No}\",\"o\":\"Down\"}}],\"mos\":5,\"mts\":0.01,\"itode\":true,\"ao\":true}}";
    }

    private string Book(string token) =>
        Whole(_markets.Values.SingleOrDefault(one => one.Yes == token || one.No == token) ?? throw new VenueException("404") { Status = 404 }, token)
            .Replace("\"event_type\":\"book\",", string.Empty, StringComparison.Ordinal);

    private string Whole(Listed market, string token)
    {
        var (bids, asks) = market.Sides(token);
        return $"{{\"event_type\":\"book\",\"market\":\"{market.Id}\",\"asset_id\":\"{token}\",\"timestamp\":\"{Millis}\",\"hash\":\"h\","
            + $"\"bids\":[{Levels(bids)}],\"asks\":[{Levels(asks)}]}}";
    }

    private static string Levels(IEnumerable<KeyValuePair<long, long>> levels) =>
        string.Join(',', levels.Select(level => $"{{\"price\":\"{Micros.ToText(level.Key)}\",\"size\":\"{Micros.ToText(level.Value)}\"}}"));

    private void Beat()
    {
        _beats++;
        foreach (var market in _markets.Values)
        {
            if (IsQuiet || Quiet.Contains(market.Slug) || !IsHydrated(market) || Now >= market.Start + 300)
            {
                continue;
            }

            var buy = _random.Next(2) == 0;
            var price = buy ? 500_000 - (10_000 * _random.Next(1, 6)) : 500_000 + (10_000 * _random.Next(1, 6));
            var size = 1_000_000L * _random.Next(1, 500);
            (buy ? market.Bids : market.Asks)[price] = size;
            var frame = $"{{\"market\":\"{market.Id}\",\"price_changes\":[{Item(market.Yes, buy, price)},{Item(market.No, !buy, 1_000_000 - price)}],"
                + $"\"timestamp\":\"{Millis}\",\"event_type\":\"price_change\"}}";
            foreach (var socket in Open)
            {
                if (socket.Tokens.Contains(market.Yes) && !Silent.Contains((socket.Number, market.Yes)))
                {
                    socket.Offer(frame);
                }
            }

            string Item(string token, bool isBuy, long at)
            {
                var (bids, asks) = market.Sides(token);
                return PolymarketTexts.Item(
                    token, isBuy ? "BUY" : "SELL", Micros.ToText(at), Micros.ToText(size), Micros.ToText(bids.Last().Key), Micros.ToText(asks.First().Key));
            }
        }
    }

    private void Tell(string token, string frame)
    {
        foreach (var socket in Open)
        {
            if (socket.Tokens.Contains(token) && !Silent.Contains((socket.Number, token)))
            {
                socket.Offer(frame);
            }
        }
    }

    private static decimal PriceAt(long second) => 60_000m + (second % 1_000);

    private void Price()
    {
        var value = PriceAt(Now);
        foreach (var socket in Open.Where(one => one.Assets.Count > 0))
        {
            socket.Offer(socket.Kind == "bolt" ? Bolt(socket, value) : PolymarketRtds(value));
        }
    }

    private string Bolt(Socket socket, decimal value) =>
        $"{{\"v\":1,\"channel\":\"price.crypto.twap\",\"seq\":{++socket.Sequence},\"ts\":{Millis},\"payload\":{{\"symbol\":\"btcusd\",\"window_seconds\":60,"
        + $"\"timestamp\":{Now * 1_000},\"value\":1,\"full_accuracy_value\":\"{value.ToString(CultureInfo.InvariantCulture)}\"}}}}";

    private string PolymarketRtds(decimal value) =>
        $"{{\"topic\":\"crypto_prices_twap_sixty\",\"type\":\"update\",\"timestamp\":{Millis},\"payload\":{{\"symbol\":\"btc/usd\",\"window_s\":60,"
        + $"\"timestamp\":{Now * 1_000},\"value\":1,\"full_accuracy_value\":\"{value.ToString("0", CultureInfo.InvariantCulture)}000000000000000000\"}}}}";

    protected override void Said(Socket socket, string text)
    {
        Note($"sent {socket.Number} {text}");
        if (text == "PING")
        {
            if (!MutesPongs && socket.Kind == "market")
            {
                socket.Deliver("PONG");
            }

            return;
        }

        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        switch (socket.Kind)
        {
            case "market":
                Subscribe(socket, root);
                break;
            case "rtds":
                Assert.Equal("{\"symbol\":\"btc/usd\"}", root.GetProperty("subscriptions")[0].GetProperty("filters").GetString());
                socket.Assets.Add("btc");
                break;
            default:
                switch (root.GetProperty("op").GetString())
                {
                    case "auth":
                        socket.Offer(RefusesKey ? "{\"op\":\"error\",\"code\":\"auth_invalid\"}" : "{\"op\":\"authed\",\"rid\":\"1\"}");
                        break;
                    case "subscribe":
                        socket.Assets.Add("btc");
                        break;
                    case "unsubscribe":
                        socket.Assets.Clear();
                        break;
                }

                break;
        }
    }

    private void Subscribe(Socket socket, JsonElement root)
    {
        var removes = root.TryGetProperty("operation", out var operation) && operation.GetString() == "unsubscribe";
        foreach (var token in root.GetProperty("assets_ids").EnumerateArray().Select(item => item.GetString()!))
        {
            if (removes)
            {
                socket.Tokens.Remove(token);
                continue;
            }

            var market = _markets.Values.SingleOrDefault(one => one.Yes == token || one.No == token);
            if (market is not null && socket.Tokens.Add(token) && IsHydrated(market) && !Silent.Contains((socket.Number, token)))
            {
                socket.Offer(Whole(market, token));
            }
        }
    }

    private sealed record Listed(string Slug, string Id, string Yes, string No, long Start, long AskedAt)
    {
        public SortedDictionary<long, long> Bids { get; } = [];

        public SortedDictionary<long, long> Asks { get; } = [];

        public (SortedDictionary<long, long> Bids, SortedDictionary<long, long> Asks) Sides(string token) =>
            token == Yes ? (Bids, Asks) : (Mirror(Asks), Mirror(Bids));

        private static SortedDictionary<long, long> Mirror(SortedDictionary<long, long> side) =>
            new(side.ToDictionary(level => 1_000_000 - level.Key, level => level.Value));
    }

    internal sealed class Socket(ScriptedPolymarket venue, int number, string kind) : ScriptedSocket(number)
    {
        public string Kind => kind;

        public override string Name => $"{kind} {Number}";

        public HashSet<string> Tokens { get; } = [];

        public HashSet<string> Assets { get; } = [];

        public long Sequence { get; set; }

        public void Offer(string text)
        {
            if (!venue.Frozen.Contains(Number))
            {
                Deliver(text);
            }
        }
    }
}
