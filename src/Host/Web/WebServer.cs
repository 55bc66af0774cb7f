using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Serilog;
using Serilog.Extensions.Logging;
using Strikeline.Host.Cli;
using Strikeline.Host.Configuration;
using Strikeline.Host.Web.Broadcast;
using Strikeline.Host.Web.Streams;
using Strikeline.Host.Web.Trading;
using Strikeline.Observability;

namespace Strikeline.Host.Web;

/// <summary>API, terminal and metrics on one Kestrel; the metrics answer on ports of their own.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private const int MaxBodyBytes = 16 * 1024;
    private const int Backlog = 4_096;

    private readonly WebApplication _app;
    private readonly ConnectionGate _gate;
    private readonly StreamHub _hub;
    private readonly MarketBroadcast _broadcast;

    private WebServer(
        WebApplication app,
        ConnectionGate gate,
        StreamHub hub,
        MarketBroadcast broadcast,
        IReadOnlyList<string> urls,
        IReadOnlyList<string> metricsUrls)
    {
        (_app, _gate, _hub, _broadcast, Urls, MetricsUrls) = (app, gate, hub, broadcast, urls, metricsUrls);
    }

    /// <summary>Where API and terminal listen.</summary>
    public IReadOnlyList<string> Urls { get; }

    /// <summary>Where the metrics listen.</summary>
    public IReadOnlyList<string> MetricsUrls { get; }

    /// <summary>Starts the server.</summary>
    /// <exception cref="UserError">An address cannot be listened on.</exception>
    public static async Task<WebServer> StartAsync(
        Settings settings, Answers answers, Access access, MarketBroadcast broadcast, PrometheusText metrics,
        Serilog.ILogger log)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(log);
        // It would write the stack of a failed start, which BindFailure tells in one line.
        builder.Logging.AddFilter<SerilogLoggerProvider>("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // It would open a scope for each request, which nobody reads; what goes wrong in one is Kestrel's to write.
        builder.Logging.AddFilter<SerilogLoggerProvider>("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Services.AddOpenApi();
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            // What the OpenAPI document is made from: the same rules as HostJson writes by.
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, HostJson.Default);
        });
        builder.Services.Configure<SocketTransportOptions>(options =>
        {
            // A write ends when the kernel has the bytes: what MarketSocket relies on when it takes the socket over.
            options.MaxWriteBufferSize = 1;
            // A request is read, served and answered on the thread that the kernel's news of it came to.
            options.UnsafePreferInlineScheduling = true;
            // A rush of others must not cost a good client its handshake.
            options.Backlog = Backlog;
        });
        var gate = Gate(settings.MaxConnections, log);
        var api = new List<ListenOptions>();
        var text = new List<ListenOptions>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            Listen(kestrel, settings.Urls, api, gate);
            Listen(kestrel, settings.MetricsUrls, text, gate);
        });

        var app = builder.Build();
        var hub = new StreamHub(answers, access, log);
        app.Use((context, next) =>
        {
            ConnectionGate.Of(context)?.Touch();
            return next(context);
        });
        Guard.Use(app);
        MapMetrics(app, metrics, text);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(20) });
        app.UseDefaultFiles();
        app.UseStaticFiles();
        // Here and not at the start: the catch-all route must come after the pages.
        app.UseRouting();
        app.Use(access.RunAsync);
        Endpoints.Map(app, answers);
        if (answers.Run.Exchange is { } exchange)
        {
            TradingRoutes.Map(app, exchange.Desk);
            HistoryRoutes.Map(app, exchange.Desk, exchange.Store);
            AdminRoutes.Map(app, exchange.Desk);
        }

        app.MapOpenApi("/openapi/v1.json").Public();
        var sockets = app.MapGroup(string.Empty).Public().ExcludeFromDescription();
        sockets.Map("/ws", context => hub.AcceptAsync(context, StreamMode.Channels));
        sockets.Map("/ws/feeds", context => hub.AcceptAsync(context, StreamMode.FeedsOnly));
        sockets.Map("/ws/markets", context => MarketSocket.AcceptAsync(context, broadcast));
        app.MapFallback("{*path}", context => Problems.Of(
            StatusCodes.Status404NotFound, "unknown_route", $"there is no {context.Request.Path}",
            "GET /openapi/v1.json lists the routes").ExecuteAsync(context)).Public().ExcludeFromDescription();
        Tell(app, log);
        try
        {
            await app.StartAsync();
        }
        catch (Exception failure) when (
            BindFailure.Explain(failure, settings.Urls, "--urls URL") is not null
            || failure is IOException)
        {
            await app.DisposeAsync();
            throw Explain(failure, settings) ?? failure;
        }

        hub.Start();
        return new WebServer(app, gate, hub, broadcast, Addresses(api), Addresses(text));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The streams first: their clients are told, and nothing keeps the server waiting.
        _broadcast.Dispose();
        await _hub.DisposeAsync();
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(grace.Token);
        await _app.DisposeAsync();
        _gate.Dispose();
    }

    // Every route says who may use it; the table is in the log, for whoever wants to hold the server against it.
    private static void Tell(IEndpointRouteBuilder app, Serilog.ILogger log)
    {
        foreach (var endpoint in app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            var needs = endpoint.Metadata.GetMetadata<Needs>()
                ?? throw new InvalidOperationException($"{endpoint.DisplayName} says nothing of who may use it");
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods;
            log.Debug(
                "route {Methods:l} {Route:l} {Scopes:l} {Change:l}", methods is null ? "*" : string.Join(',', methods),
                endpoint.RoutePattern.RawText, needs.Scopes.ToString().ToLowerInvariant(),
                needs.IsChange ? "changes" : "reads");
        }
    }

    private static UserError? Explain(Exception failure, Settings settings) =>
        settings.MetricsUrls.Any(url => failure.Message.Contains(new Uri(url).Authority, StringComparison.Ordinal))
            ? BindFailure.Explain(failure, settings.MetricsUrls, "--metrics-urls URL")
            : BindFailure.Explain(failure, settings.Urls, "--urls URL");

    private static void MapMetrics(WebApplication app, PrometheusText metrics, List<ListenOptions> ports) =>
        app.Use((context, next) =>
        {
            var port = context.Connection.LocalPort;
            foreach (var one in ports)
            {
                if (one.IPEndPoint!.Port == port)
                {
                    return TellMetricsAsync(context, metrics);
                }
            }

            return next(context);
        });

    private static async Task TellMetricsAsync(HttpContext context, PrometheusText metrics)
    {
        if (context.Request.Path != "/metrics")
        {
            await Problems.Of(
                StatusCodes.Status404NotFound, "unknown_route", "this port serves the metrics alone",
                "GET /metrics").ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = PrometheusText.ContentType;
        metrics.WriteTo(context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static ConnectionGate Gate(int wanted, Serilog.ILogger log)
    {
        var files = ConnectionGate.OpenFiles();
        var gate = new ConnectionGate(ConnectionGate.Affordable(wanted, files));
        if (gate.Most < wanted)
        {
            log.Warning(
                "at most {Most} connections instead of {Wanted}: this process may open only {Files} files (ulimit -n)",
                gate.Most, wanted, files);
        }

        return gate;
    }

    private static void Listen(
        KestrelServerOptions kestrel, IReadOnlyList<string> urls, List<ListenOptions> into, ConnectionGate gate)
    {
        foreach (var url in urls)
        {
            var uri = new Uri(url);
            var address = uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                ? IPAddress.Loopback
                : IPAddress.Parse(uri.Host.Trim('[', ']'));
            kestrel.Listen(address, uri.Port, options =>
            {
                options.Use(next => connection => gate.PassAsync(connection, next));
                into.Add(options);
            });
        }
    }

    private static List<string> Addresses(List<ListenOptions> listening) =>
        listening.ConvertAll(one => $"http://{one.IPEndPoint}");
}
