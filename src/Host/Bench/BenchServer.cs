using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Strikeline.Host.Bench;

/// <summary>A Kestrel on a free loopback port, configured as the program's own, with the routes of one
/// measurement.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private const int MaxConnections = 20_000;

    private readonly WebApplication _app;

    private BenchServer(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    public static async Task<BenchServer> StartAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<SocketTransportOptions>(options =>
        {
            options.MaxWriteBufferSize = 1;
            options.UnsafePreferInlineScheduling = true;
        });
        ListenOptions? listening = null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = MaxConnections;
            kestrel.Listen(IPAddress.Loopback, 0, options => listening = options);
        });
        var app = builder.Build();
        app.UseWebSockets();
        map(app);
        await app.StartAsync();
        return new BenchServer(app, listening!.IPEndPoint!.Port);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(grace.Token);
        await _app.DisposeAsync();
    }
}
