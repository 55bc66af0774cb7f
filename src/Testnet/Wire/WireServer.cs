using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>Takes requests from the listeners and gives them to the booth whose port they came in on.</summary>
internal sealed class WireServer : IHttpApplication<HttpContext>
{
    private readonly MarketFloor _floor;
    private readonly IReadOnlyDictionary<int, Venue> _ports;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _binancePing;
    private readonly ControlBooth _control;
    private readonly WebSocketMiddleware _entry;

    /// <summary>Who answers on a port that is no venue's of the floor; filled once the ports are known.</summary>
    public Dictionary<int, IFloorGuest> Guests { get; } = [];

    public WireServer(
        MarketFloor floor, IReadOnlyDictionary<int, Venue> ports, TimeProvider clock, TimeSpan binancePing)
    {
        _floor = floor;
        _ports = ports;
        _clock = clock;
        _binancePing = binancePing;
        _control = new ControlBooth(floor);
        _entry = new WebSocketMiddleware(
            HandleAsync, Options.Create(new WebSocketOptions()), NullLoggerFactory.Instance);
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await _entry.Invoke(context);
        }
        catch (Exception failed) when (failed is not OperationCanceledException and not IOException)
        {
            _floor.Failed(failed);
            throw;
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (Guests.TryGetValue(context.Connection.LocalPort, out var guest))
        {
            await guest.HandleAsync(context);
            return;
        }

        if (!_ports.TryGetValue(context.Connection.LocalPort, out var venue))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (venue == Venue.None)
        {
            await WriteAsync(context, await _control.AnswerAsync(context.Request));
            return;
        }

        if (context.WebSockets.IsWebSocketRequest)
        {
            await StreamAsync(context, venue);
            return;
        }

        RestAnswer answer;
        long delay;
        lock (_floor.Gate)
        {
            delay = _floor.Faults.DelayNanos(venue, null, _floor.NowNanos);
            answer = Refused(venue)
                ? RestAnswer.Of("{\"error\":\"unavailable\"}", StatusCodes.Status503ServiceUnavailable)
                : _floor.Booth(venue).Answer(context.Request.Path.Value ?? "", Query(context), _floor.NowNanos);
        }

        if (delay > 0)
        {
            await Task.Delay(TimeSpan.FromTicks(delay / 100), _clock, context.RequestAborted);
        }

        await WriteAsync(context, answer);
    }

    private bool Refused(Venue venue) =>
        _floor.Faults.Stands(FaultKind.Refuse, venue, null, _floor.NowNanos);

    private static RestQuery Query(HttpContext context) =>
        new(name => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null);

    private static async Task WriteAsync(HttpContext context, RestAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private async Task StreamAsync(HttpContext context, Venue venue)
    {
        var path = context.Request.Path.Value ?? "";
        lock (_floor.Gate)
        {
            if (Refused(venue) || _floor.Connections >= TestnetLimits.Connections)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            if (!_floor.Booth(venue).IsStreamPath(path))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }
        }

        // Only Binance sends ping frames by itself; a client that does not answer within a minute is cut off.
        var accept = new WebSocketAcceptContext { KeepAliveInterval = Timeout.InfiniteTimeSpan };
        if (venue == Venue.Binance)
        {
            accept.KeepAliveInterval = _binancePing;
            accept.KeepAliveTimeout = TimeSpan.FromMinutes(1);
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(accept);
        var pump = new LinePump(_floor, _clock, socket);
        await pump.RunAsync(venue, path, Query(context));
    }
}
