using Microsoft.AspNetCore.Http;

namespace Strikeline.Testnet.Kalshi;

/// <summary>Takes Kalshi's requests from its port.</summary>
internal sealed class KalshiWire(KalshiBooth booth, MarketFloor floor, TimeProvider clock)
{
    // By its documents the venue pings every ten seconds.
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(10);

    public async Task HandleAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        if (context.WebSockets.IsWebSocketRequest)
        {
            await StreamAsync(context, request);
            return;
        }

        RestAnswer answer;
        long delay;
        bool isLost;
        lock (floor.Gate)
        {
            var now = floor.NowNanos;
            var isOrder = request.Method is "POST" or "DELETE";
            delay = booth.Faults.DelayNanos(null, now);
            if (booth.Faults.Stands(KalshiFaultKind.Refuse, null, now))
            {
                (answer, isLost) = (KalshiRest.Refused(503, "service_unavailable", "service unavailable"), false);
            }
            else if (isOrder && booth.Faults.Stands(KalshiFaultKind.DropRequest, null, now))
            {
                (answer, isLost) = (default, true);
            }
            else
            {
                answer = booth.Answer(request, now);
                isLost = isOrder && booth.Faults.Stands(KalshiFaultKind.DropResponse, null, now);
                if (isOrder && booth.Faults.Stands(KalshiFaultKind.FailAfter, null, now))
                {
                    answer = KalshiRest.Refused(500, "internal_server_error", "internal server error");
                }
            }
        }

        if (delay > 0)
        {
            await Task.Delay(TimeSpan.FromTicks(delay / 100), clock, context.RequestAborted);
        }

        if (isLost)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static async Task<KalshiRequest> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return new KalshiRequest(
            context.Request.Method, context.Request.Path.Value ?? "",
            context.Connection.RemoteIpAddress?.ToString() ?? "",
            name => context.Request.Query.TryGetValue(name, out var values) ? [.. values.Select(v => v ?? "")] : [],
            name => context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null,
            body.ToArray());
    }

    private async Task StreamAsync(HttpContext context, KalshiRequest request)
    {
        KalshiMember member;
        lock (floor.Gate)
        {
            if (request.Path != KalshiBooth.StreamPath)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            if (booth.Faults.Stands(KalshiFaultKind.Refuse, null, floor.NowNanos)
                || booth.Stream.Lines.Count >= TestnetLimits.Connections)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            if (booth.Admit(request, floor.NowNanos, out member) is { } refusal)
            {
                context.Response.StatusCode = refusal.Status;
                return;
            }
        }

        var accept = new WebSocketAcceptContext
        {
            KeepAliveInterval = Ping, KeepAliveTimeout = TimeSpan.FromMinutes(1),
        };
        using var socket = await context.WebSockets.AcceptWebSocketAsync(accept);
        await new LinePump(floor, clock, socket).RunAsync(
            () => booth.Connect(member),
            (line, message) => booth.Stream.Receive(line, message, floor.NowNanos),
            booth.Stream.Disconnect);
    }
}
