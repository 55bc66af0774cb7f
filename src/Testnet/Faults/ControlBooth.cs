using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>The control server: what stands, and faults on command.</summary>
internal sealed class ControlBooth(MarketFloor floor)
{
    private readonly JsonFrame _json = new();

    public async Task<RestAnswer> AnswerAsync(HttpRequest request)
    {
        byte[] body = [];
        if (HttpMethods.IsPost(request.Method))
        {
            using var held = new MemoryStream();
            try
            {
                await request.Body.CopyToAsync(held, request.HttpContext.RequestAborted);
            }
            catch (BadHttpRequestException)
            {
                return Problem(413, "body_too_large", $"a body has at most {TestnetLimits.ControlBodyBytes} bytes");
            }

            body = held.ToArray();
        }

        lock (floor.Gate)
        {
            if (GuestAt(request.Path.Value!) is var (guest, inside))
            {
                return guest.Control(request.Method, inside, body);
            }

            return (request.Method, request.Path.Value) switch
            {
                ("GET", "/control/status") => Status(),
                ("POST", "/control/faults") => GuestOf(body)?.SetFault(body) ?? SetFault(body),
                ("DELETE", "/control/faults") => Clear(),
                ("POST", "/control/jump") => Jump(body),
                (_, "/control/status" or "/control/faults" or "/control/jump") =>
                    Problem(405, "method_not_allowed", $"{request.Method} is not possible on {request.Path}"),
                _ => Problem(
                    404, "not_found", "there are /control/status, /control/faults and /control/jump"),
            };
        }
    }

    // The guest that a fault is for; null where it is for a venue of the floor, or cannot be read.
    private IFloorGuest? GuestOf(byte[] body)
    {
        try
        {
            using var parsed = RequestJson.Parse(body);
            return parsed.RootElement.ValueKind == JsonValueKind.Object
                && parsed.RootElement.TryGetProperty("venue", out var venue) && venue.ValueKind == JsonValueKind.String
                    ? floor.Guests.Find(guest => guest.Name == venue.GetString())
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private (IFloorGuest Guest, string Inside)? GuestAt(string path) =>
        floor.Guests.Find(guest => path.StartsWith($"/control/{guest.Name}/", StringComparison.Ordinal)) is { } guest
            ? (guest, path[$"/control/{guest.Name}/".Length..])
            : null;

    internal static RestAnswer Problem(int status, string code, string detail) => new(
        status,
        Encoding.UTF8.GetBytes(
            $"{{\"type\":\"about:blank\",\"title\":\"{(status < 500 ? "The request cannot be done" : "Failed")}\","
            + $"\"status\":{status},\"code\":\"{code}\",\"detail\":\"{Escaped(detail)}\"}}"),
        "application/problem+json");

    private static string Escaped(string text) =>
        JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();

    /// <summary>Sets a fault; under the floor's lock.</summary>
    internal RestAnswer SetFault(byte[] body)
    {
        if (!FaultRequest.TryRead(body, floor, out var request, out var refusal))
        {
            return Problem(refusal.Status, refusal.Code, refusal.Detail);
        }

        if (floor.Faults.Standing.Count >= TestnetLimits.Faults)
        {
            return Problem(409, "too_many_faults", $"at most {TestnetLimits.Faults} faults stand at one time");
        }

        var fault = new Fault(floor.Faults.NextId(), request.Venue, request.Kind, request.Symbol)
        {
            UntilNanos = floor.NowNanos + (long)(request.Seconds * Stamps.NanosPerSecond),
            Percent = request.Percent,
            DelayNanos = request.DelayMs * Stamps.NanosPerMilli,
            LastLineId = floor.LastLineId,
        };
        if (fault.Kind == FaultKind.Offset && !floor.Script.CanBeMoved)
        {
            return NotMoved("offset");
        }

        Apply(fault);

        floor.Faults.Add(fault);
        var json = _json.Begin();
        Write(json, fault);
        return new RestAnswer(201, _json.End());
    }

    private void Apply(Fault fault)
    {
        var booth = floor.Booth(fault.Venue);
        switch (fault.Kind)
        {
            case FaultKind.Disconnect:
                foreach (var line in booth.Lines.ToArray())
                {
                    if (fault.Symbol is null
                        || booth.Pairs.Any(pair => fault.Matches(booth.Venue, pair) && booth.IsSubscribed(line, pair)))
                    {
                        fault.Hit();
                        line.Abort();
                    }
                }

                break;
            case FaultKind.Offset:
                foreach (var pair in booth.Pairs.Where(pair => fault.Matches(booth.Venue, pair)))
                {
                    floor.Script.TrySkew(pair.Index, fault.Percent);
                }

                break;
            case FaultKind.Shutdown or FaultKind.Restart:
                booth.TryAnnounce(fault.Kind, fault.Symbol, floor.NowNanos);
                break;
        }
    }

    private static RestAnswer NotMoved(string what) => Problem(
        409, "not_possible", $"{what} is not possible: these markets are a tape, which cannot be moved");

    private RestAnswer Clear()
    {
        var removed = floor.Faults.Remove(_ => true);
        foreach (var fault in removed)
        {
            floor.Lift(fault);
        }

        var others = floor.Guests.Sum(guest => guest.ClearFaults());
        return RestAnswer.Of($"{{\"removed\":{removed.Count + others}}}");
    }

    private RestAnswer Jump(byte[] body)
    {
        if (!JumpRequest.TryRead(body, out var request, out var detail))
        {
            return Problem(422, "invalid_body", detail);
        }

        if (!floor.Script.CanBeMoved)
        {
            return NotMoved("a jump");
        }

        return floor.Script.TryJump(request.Asset, request.Percent)
            ? RestAnswer.Of($"{{\"asset\":\"{request.Asset}\",\"percent\":{request.Percent}}}")
            : Problem(422, "unknown_asset", $"'{request.Asset}' does not trade here; try BTC, ETH, SOL, USDT or USDC");
    }

    private RestAnswer Status()
    {
        var json = _json.Begin();
        json.WriteStartObject();
        json.WriteNumber("at", Stamps.ToMillis(floor.NowNanos));
        json.WriteNumber("step", floor.Step);
        json.WriteBoolean("ended", floor.Ended);
        json.WriteNumber("failures", floor.Failures);
        json.WriteString("last_failure", floor.LastFailure);
        json.WriteStartObject("traders");
        json.WriteNumber("requests", floor.Traders.Requests);
        json.WriteNumber("refused", floor.Traders.Refused);
        json.WriteNumber("away", floor.Traders.Away);
        json.WriteEndObject();
        json.WriteStartObject("venues");
        foreach (var booth in floor.Booths)
        {
            json.WriteStartObject(booth.Venue.Name());
            json.WriteNumber("connections", booth.Lines.Count);
            json.WriteNumber("frames_sent", booth.Lines.Sum(line => line.FramesSent));
            json.WriteStartObject("pairs");
            foreach (var pair in booth.Pairs)
            {
                json.WriteStartObject(pair.Pair.Symbol.ToString());
                json.Short("best_bid", pair.Book.Best(Side.Buy).Price, pair.PriceDecimals);
                json.Short("best_ask", pair.Book.Best(Side.Sell).Price, pair.PriceDecimals);
                json.WriteNumber("update_id", pair.UpdateId);
                json.WriteNumber("last_trade_id", pair.LastTradeId);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        foreach (var guest in floor.Guests)
        {
            json.WriteStartObject(guest.Name);
            guest.WriteStatus(json);
            json.WriteEndObject();
        }

        json.WriteStartArray("faults");
        foreach (var fault in floor.Faults.Standing)
        {
            Write(json, fault);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return new RestAnswer(200, _json.End());
    }

    private static void Write(Utf8JsonWriter json, Fault fault)
    {
        json.WriteStartObject();
        json.WriteNumber("id", fault.Id);
        json.WriteString("venue", fault.Venue.Name());
        json.WriteString("fault", Name(fault.Kind));
        json.WriteString("symbol", fault.Symbol?.ToString());
        json.WriteNumber("until", Stamps.ToMillis(fault.UntilNanos));
        json.WriteNumber("percent", fault.Percent);
        json.WriteNumber("delay_ms", Stamps.ToMillis(fault.DelayNanos));
        json.WriteNumber("hits", fault.Hits);
        json.WriteEndObject();
    }

    private static string Name(FaultKind kind) => kind.ToString().ToLowerInvariant();
}
