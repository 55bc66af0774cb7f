using Microsoft.AspNetCore.Builder;
using Strikeline.Host.Bench;
using Strikeline.Host.Web.Broadcast;
using Strikeline.Strikes;

namespace Strikeline.Unit.Host.Broadcast;

/// <summary>The broadcast over real sockets of this machine: what clients see, fast, slow, silent and gone.</summary>
public sealed class MarketBroadcastTests : IAsyncLifetime
{
    private readonly List<Exception> _failures = [];
    private MarketBroadcast _broadcast = null!;
    private BenchServer _server = null!;
    private Ladders _ladders = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broadcast = new MarketBroadcast(TimeSpan.Zero, TimeProvider.System, _failures.Add, TimeSpan.FromSeconds(2));
        _ladders = new Ladders(next: _broadcast);
        _broadcast.Start([_ladders.Newest], "epoch");
        _server = await BenchServer.StartAsync(app =>
            app.Map("/ws/markets", context => MarketSocket.AcceptAsync(context, _broadcast)));
    }

    public async ValueTask DisposeAsync()
    {
        _broadcast.Dispose();
        _ladders.Dispose();
        await _server.DisposeAsync();
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task A_client_has_the_newest_ladder_after_every_message()
    {
        using var client = await OpenAsync();
        var view = new LadderView();
        view.Take(client.Read().Span);
        Assert.Empty(view.QuoteIds);
        var random = new Random(2);
        for (var step = 0; step < 200; step++)
        {
            var newest = step % 17 == 16 ? _ladders.Withdraw() : _ladders.Step(76_000 + random.Next(600));
            view.Take(client.Read().Span);
            Assert.Equal(Ids(newest), view.QuoteIds);
        }

        Assert.Equal(1, view.Snapshots);
    }

    [Fact]
    public async Task The_answer_to_the_handshake_comes_before_the_first_message_every_time()
    {
        // BenchSocket refuses anything but the answer at the start of what it reads.
        for (var i = 0; i < 200; i++)
        {
            using var client = await OpenAsync();
            _ladders.Step();
            var view = new LadderView();
            view.Take(client.Read().Span);
            Assert.Equal(1, view.Snapshots);
        }
    }

    [Fact]
    public async Task A_slow_client_misses_states_and_ends_with_the_newest_one()
    {
        using var slow = await BenchSocket.OpenAsync(_server.Port, "/ws/markets", receiveBufferBytes: 4_096);
        using var quick = await OpenAsync();
        var view = new LadderView();
        view.Take(quick.Read().Span);
        for (var step = 0; step < 300; step++)
        {
            _ladders.Step();
            view.Take(quick.Read().Span);
        }

        Assert.Equal(Ids(_ladders.Newest), view.QuoteIds);
        var late = new LadderView();
        while (late.Sequence < view.Sequence)
        {
            late.Take(slow.Read().Span);
        }

        Assert.Equal(view.QuoteIds, late.QuoteIds);
        Assert.True(late.Snapshots > 1, "it was given a snapshot in place of what it missed");
    }

    [Fact]
    public async Task Clients_that_never_read_are_cut_off_and_cost_the_others_nothing()
    {
        var silent = new List<BenchSocket>();
        for (var i = 0; i < 50; i++)
        {
            silent.Add(await BenchSocket.OpenAsync(_server.Port, "/ws/markets", receiveBufferBytes: 4_096));
        }

        using var client = await OpenAsync();
        var view = new LadderView();
        view.Take(client.Read().Span);
        while (_broadcast.ClientCount > 1)
        {
            _ladders.Step();
            view.Take(client.Read().Span);
            await Task.Delay(1, Cancel);
        }

        Assert.Equal(1, view.Snapshots);
        Assert.Equal(Ids(_ladders.Newest), view.QuoteIds);
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_client_that_pings_without_end_takes_nothing_from_the_others()
    {
        using var flood = await OpenAsync();
        using var client = await OpenAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        // Empty pings, masked with zeroes (RFC 6455 §5.5.2), whose answers nobody reads.
        var pings = Enumerable.Repeat<byte[]>([0x89, 0x80, 0, 0, 0, 0], 4_096).SelectMany(ping => ping).ToArray();
        var flooding = Task.Run(
            async () =>
            {
                try
                {
                    while (!stop.IsCancellationRequested)
                    {
                        await flood.SendAsync(pings);
                    }
                }
                catch (System.Net.Sockets.SocketException)
                {
                    // Cut off, or the end of the test.
                }
            },
            Cancel);
        var view = new LadderView();
        view.Take(client.Read().Span);
        for (var step = 0; step < 500; step++)
        {
            _ladders.Step();
            view.Take(client.Read().Span);
        }

        Assert.Equal(1, view.Snapshots);
        Assert.Equal(Ids(_ladders.Newest), view.QuoteIds);
        await stop.CancelAsync();
        flood.Dispose();
        await flooding;
    }

    [Fact]
    public async Task At_the_end_every_client_is_told()
    {
        using var client = await OpenAsync();
        client.Read();
        _broadcast.Dispose();

        // 1001, going away.
        Assert.Equal([0x03, 0xE9], client.Read().ToArray());
    }

    [Fact]
    public async Task Many_clients_come_and_go_while_messages_flow()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var feeding = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    _ladders.Step();
                    await Task.Delay(1, CancellationToken.None);
                }
            },
            Cancel);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            async () =>
            {
                var random = new Random(worker);
                for (var i = 0; i < 25; i++)
                {
                    using var client = await OpenAsync();
                    var view = new LadderView();
                    for (var message = random.Next(6); message >= 0; message--)
                    {
                        view.Take((await client.ReadAsync()).Span);
                    }
                }
            },
            Cancel)));
        await stop.CancelAsync();
        await feeding;
        while (_broadcast.ClientCount > 0)
        {
            // One that hung up is noticed when its socket is read, or written to.
            _ladders.Step();
            await Task.Delay(5, Cancel);
        }
    }

    private static IEnumerable<string> Ids(StrikeSnapshot snapshot) =>
        snapshot.Markets.Select(signed => signed.Market.QuoteId).Order(StringComparer.Ordinal);

    private Task<BenchSocket> OpenAsync() => BenchSocket.OpenAsync(_server.Port, "/ws/markets");
}
