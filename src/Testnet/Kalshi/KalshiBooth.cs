using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>Kalshi's side of the testnet: markets on the floor's prices, members, REST and WebSocket.</summary>
/// <remarks>
/// Written from the venue's documents (<c>docs/venues/kalshi.md</c>). Everything but <see cref="HandleAsync"/> is
/// called under the floor's lock. Equal seeds, steps and requests give equal answers.
/// </remarks>
internal sealed class KalshiBooth : IFloorGuest, IDisposable
{
    public const string StreamPath = "/trade-api/ws/v2";

    private readonly FaultBoard _noFaults;
    private readonly Func<string, double?> _price;
    private readonly bool _isLegacy;
    private readonly KalshiRest _rest;
    private readonly KalshiWire? _wire;
    private readonly JsonFrame _json = new();
    private long _nowNanos;
    private long _second;
    private long _lastLineId;

    /// <summary>Opens the venue on a floor.</summary>
    public KalshiBooth(KalshiOptions options, MarketFloor floor, TimeProvider clock, long seed, double rate)
        : this(options, floor.Price, seed, rate, floor.NowNanos) => _wire = new KalshiWire(this, floor, clock);

    /// <summary>Opens the venue on prices alone, without a wire.</summary>
    public KalshiBooth(
        KalshiOptions options, Func<string, double?> price, long seed, double rate, long nowNanos)
    {
        (_price, _isLegacy, _nowNanos) = (price, options.LegacyFields, nowNanos);
        _second = nowNanos / Stamps.NanosPerSecond;
        _noFaults = new FaultBoard(seed);
        Stream = new KalshiStream(Faults, FormOf);
        Exchange = new KalshiExchange(seed, nowNanos, Stream);
        Catalog = new KalshiCatalog(Exchange, Stream, options.FiveMinutes, nowNanos);
        Stream.Open(Catalog);
        Crowd = new KalshiCrowd(Catalog, Exchange, seed, rate, nowNanos);
        _rest = new KalshiRest(Catalog, Exchange, Keys, new KalshiLimits(), FormOf);
        foreach (var access in options.Keys)
        {
            if (!TryAdd(access))
            {
                throw new TestnetException($"testnet: the key '{access.KeyId}' has no RSA public key, or comes twice");
            }
        }

        Catalog.Second(_second * Stamps.NanosPerSecond, price);
    }

    public string Name => Venue.Kalshi.Name();

    public KalshiFaults Faults { get; } = new();

    public KalshiStream Stream { get; }

    public KalshiExchange Exchange { get; }

    public KalshiCatalog Catalog { get; }

    public KalshiCrowd Crowd { get; }

    public KalshiKeys Keys { get; } = new();

    public bool TryAdd(KalshiAccess access)
    {
        var balance = access.Balance * (KalshiUnits.MoneyDollar / 100);
        return access.Balance >= 0
            && Keys.TryAdd(access.KeyId, access.PublicKeyPem, Exchange.Open(balance, isSimulated: false, _nowNanos));
    }

    /// <inheritdoc/>
    public void Step(long step, long nowNanos)
    {
        _nowNanos = nowNanos;
        foreach (var over in Faults.Remove(fault => fault.UntilNanos <= nowNanos))
        {
            Lift(over);
        }

        var second = nowNanos / Stamps.NanosPerSecond;
        if (second != _second)
        {
            _second = second;
            Exchange.Expire(nowNanos);
            Catalog.Second(second * Stamps.NanosPerSecond, _price);
        }

        Crowd.Step(nowNanos);
        Stream.Step(step, nowNanos);
    }

    public RestAnswer Answer(KalshiRequest request, long nowNanos) => _rest.Answer(request, nowNanos);

    /// <summary>Whether a client may open the WebSocket; its member where it may.</summary>
    public KalshiRefusal? Admit(KalshiRequest request, long nowNanos, out KalshiMember member) =>
        Keys.Verify(request, nowNanos, out member);

    public ClientLine Connect(KalshiMember member)
    {
        var line = new ClientLine(++_lastLineId, Venue.Kalshi, _noFaults) { OpenedNanos = _nowNanos };
        Stream.Connect(line, member);
        return line;
    }

    /// <inheritdoc/>
    public Task HandleAsync(HttpContext context) =>
        _wire?.HandleAsync(context) ?? throw new InvalidOperationException("a venue without a wire takes no requests");

    /// <inheritdoc/>
    public RestAnswer SetFault(byte[] body)
    {
        if (!Faults.TryRead(body, _nowNanos, _lastLineId, out var fault, out var problem))
        {
            return ControlBooth.Problem(422, "invalid_body", problem);
        }

        if (Faults.Standing.Count >= TestnetLimits.Faults)
        {
            return ControlBooth.Problem(
                409, "too_many_faults", $"at most {TestnetLimits.Faults} faults stand at one time");
        }

        if (fault.Symbol is not null && !Catalog.Markets.Any(market => fault.Matches(market.Ticker))
            && !Catalog.Series.Any(series => series.Ticker == fault.Symbol))
        {
            return ControlBooth.Problem(422, "invalid_body", "symbol is no market, event or series");
        }

        Faults.Add(fault);
        Apply(fault);
        var json = _json.Begin();
        Write(json, fault);
        return new RestAnswer(201, _json.End());
    }

    /// <inheritdoc/>
    public int ClearFaults()
    {
        var removed = Faults.Remove(_ => true);
        removed.ForEach(Lift);
        return removed.Count;
    }

    /// <inheritdoc/>
    public RestAnswer Control(string method, string path, byte[] body)
    {
        if (path != "keys" || method != "POST")
        {
            return ControlBooth.Problem(404, "not_found", "there is POST /control/kalshi/keys");
        }

        try
        {
            using var parsed = RequestJson.Parse(body);
            var root = parsed.RootElement;
            var access = new KalshiAccess(
                root.GetProperty("key_id").GetString() ?? "", root.GetProperty("public_key").GetString() ?? "",
                root.TryGetProperty("balance", out var balance) ? balance.GetInt64() : 1_000_000);
            return TryAdd(access)
                ? RestAnswer.Of($"{{\"key_id\":\"{JsonEncodedText.Encode(access.KeyId)}\"}}", 201)
                : ControlBooth.Problem(422, "invalid_body", "public_key is no RSA key as PEM, or key_id is taken");
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            return ControlBooth.Problem(
                422, "invalid_body", "key_id and public_key are texts, balance is a number of cents");
        }
    }

    /// <inheritdoc/>
    public void WriteStatus(Utf8JsonWriter json)
    {
        json.WriteNumber("connections", Stream.Lines.Count);
        json.WriteNumber("keys", Keys.Count);
        json.WriteString("mistaken", Crowd.Mistaken?.Ticker);
        json.WriteStartObject("markets");
        foreach (var market in Catalog.Living)
        {
            json.WriteStartObject(market.Ticker);
            json.WriteString("status", KalshiJson.NameOf(market.Status));
            json.Price("yes_bid", market.YesBid);
            json.Price("yes_ask", market.YesAsk);
            json.Count("volume", market.Volume);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("faults");
        foreach (var fault in Faults.Standing)
        {
            Write(json, fault);
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public void CutAll()
    {
        foreach (var line in Stream.Lines.ToArray())
        {
            line.Abort();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Keys.Dispose();

    private static void Write(Utf8JsonWriter json, KalshiFault fault)
    {
        json.WriteStartObject();
        json.WriteNumber("id", fault.Id);
        json.WriteString("venue", Venue.Kalshi.Name());
        json.WriteString("fault", KalshiFaults.NameOf(fault.Kind));
        json.WriteString("symbol", fault.Symbol);
        json.WriteNumber("until", Stamps.ToMillis(fault.UntilNanos));
        json.WriteNumber("delay_ms", Stamps.ToMillis(fault.DelayNanos));
        json.WriteNumber("times", fault.Times);
        json.WriteNumber("hits", fault.Hits);
        json.WriteEndObject();
    }

    private KalshiForm FormOf(long nowNanos) => Faults.Standing.Count == 0
        ? new KalshiForm(_isLegacy, false, false, false, false)
        : new KalshiForm(
            _isLegacy, Stands(KalshiFaultKind.UnknownField), Stands(KalshiFaultKind.UnknownEnum),
            Stands(KalshiFaultKind.UnknownFee), Stands(KalshiFaultKind.Numbers));

    private bool Stands(KalshiFaultKind kind) => Faults.Stands(kind, null, _nowNanos);

    private void Apply(KalshiFault fault)
    {
        switch (fault.Kind)
        {
            case KalshiFaultKind.Disconnect:
                CutAll();
                break;
            case KalshiFaultKind.Maintenance:
                Exchange.IsPaused = true;
                foreach (var market in Catalog.Markets.Where(market => market.Status == KalshiStatus.Active))
                {
                    Exchange.CancelAll(market, order => order.CancelsOnPause, _nowNanos);
                }

                break;
            case KalshiFaultKind.Pause or KalshiFaultKind.Ranges or KalshiFaultKind.Close or KalshiFaultKind.Void
                or KalshiFaultKind.Amend:
                foreach (var market in Concerned(fault))
                {
                    Apply(fault.Kind, market);
                }

                break;
        }
    }

    private void Apply(KalshiFaultKind kind, KalshiMarket market)
    {
        switch (kind)
        {
            case KalshiFaultKind.Pause:
                Catalog.Pause(market, pauses: true, _nowNanos);
                break;
            case KalshiFaultKind.Ranges:
                Catalog.Change(market, PriceRanges.LinearCent, _nowNanos);
                break;
            case KalshiFaultKind.Close:
                Catalog.CloseEarly(market, _nowNanos);
                break;
            case KalshiFaultKind.Void:
                Catalog.Void(market);
                break;
            case KalshiFaultKind.Amend:
                market.IsContested = true;
                break;
        }
    }

    private void Lift(KalshiFault fault)
    {
        switch (fault.Kind)
        {
            case KalshiFaultKind.Maintenance:
                Exchange.IsPaused = Faults.Standing.Any(other => other.Kind == KalshiFaultKind.Maintenance);
                break;
            case KalshiFaultKind.Pause or KalshiFaultKind.Ranges:
                foreach (var market in Concerned(fault))
                {
                    if (fault.Kind == KalshiFaultKind.Pause)
                    {
                        Catalog.Pause(market, pauses: false, _nowNanos);
                    }
                    else if (market.Series.Asset.Length > 0)
                    {
                        Catalog.Change(market, PriceRanges.TaperedDeciCent, _nowNanos);
                    }
                }

                break;
        }
    }

    private KalshiMarket[] Concerned(KalshiFault fault) =>
        [.. Catalog.Living.Where(market => !market.IsOver && fault.Matches(market.Ticker))];
}
