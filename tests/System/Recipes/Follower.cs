using System.Diagnostics;
using System.Text.Json;
using Strikeline.SystemTests.Trading;
using Strikeline.Unit;

namespace Strikeline.SystemTests.Recipes;

/// <summary>A client of the recipe that writes the books down as it comes by them, on connections that are
/// cut.</summary>
internal sealed class Follower : IAsyncDisposable
{
    // Above every wait of a recipe: who has neither connected nor written for so long hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Started _client;
    private readonly string _market;
    private readonly Stopwatch _still = Stopwatch.StartNew();
    private byte[] _half = [];
    private long _length;
    private int _connections;
    private bool _isBegunAnew;

    /// <summary>Starts it.</summary>
    /// <param name="recipe">In which language.</param>
    /// <param name="service">The exchange, in whichever life it is.</param>
    /// <param name="market">Whose book.</param>
    /// <param name="every">It writes the book after so many messages, and after each snapshot.</param>
    /// <param name="folder">Where it writes to.</param>
    /// <param name="seed">Decides when and how its connections end.</param>
    public Follower(Recipe recipe, Service service, string market, int every, string folder, int seed)
    {
        (Language, File, _market) = (recipe.Language, Path.Combine(folder, recipe.Language), market);
        Proxy = new CuttingProxy(() => service.Address, seed, 200, Counts.Of(150_000, 15_000));
        _client = recipe.Start(
            "book", File, "--url", $"ws://{Proxy.Authority}/ws", "--market", market, "--json", "--every", $"{every}", "--silence", "2");
    }

    /// <summary>Its language.</summary>
    public string Language { get; }

    /// <summary>The books, one a line.</summary>
    public string File { get; }

    /// <summary>What cuts its connections.</summary>
    public CuttingProxy Proxy { get; }

    /// <summary>The last event of the trading.</summary>
    public long Goal { get; private set; }

    /// <summary>Messages that it has had, as far as it was read.</summary>
    public long Messages { get; private set; }

    /// <summary>Its newest connection that has brought a book.</summary>
    public long Connection { get; private set; }

    /// <summary>True once a whole connection went on with differences alone.</summary>
    public bool HasGoneOn { get; private set; }

    /// <summary>The sequence of its newest book.</summary>
    public long Sequence { get; private set; }

    private static int MostConnections => Counts.Of(5_000, 500);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Reads what it has written since the last time. Fails where it has ended, hangs, or gets nowhere with
    /// many
    /// connections.</summary>
    public async Task ReadAsync()
    {
        var length = 0;
        if (System.IO.File.Exists(File))
        {
            await using var stream = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Seek(_length, SeekOrigin.Begin);
            var news = new byte[stream.Length - _length];
            await stream.ReadExactlyAsync(news, Cancel);
            (length, _length) = (news.Length, _length + news.Length);
            Take([.. _half, .. news]);
        }

        if (length > 0 || Proxy.Connections > _connections)
        {
            _connections = Proxy.Connections;
            _still.Restart();
        }

        Assert.True(
            !_client.HasEnded && _connections < MostConnections && _still.Elapsed < Patience,
            $"{Language} gets nowhere: {Messages} messages, {_connections} connections, {Proxy.Cuts} cuts, {Proxy.Silences} silent, "
            + $"goes on: {HasGoneOn}, {_client.SoFar}");
    }

    /// <summary>Waits until it has written down a book behind everything that has happened.</summary>
    public async Task CatchUpAsync(Service service)
    {
        Goal = (await service.DepthAsync(_market)).Sequence;
        var trader = await service.OpenTraderAsync($"last-{Language}", ("USDC", 1_000_000));
        while (true)
        {
            await ReadAsync();
            if (Sequence >= Goal)
            {
                return;
            }

            // It writes every so many messages: here are some more.
            await trader.LimitAsync("buy", "1", "0.001");
            await Task.Delay(10, Cancel);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    private void Take(byte[] bytes)
    {
        var begin = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', begin)) >= 0; begin = end + 1)
        {
            using var line = JsonDocument.Parse(bytes.AsMemory(begin, end - begin));
            var book = line.RootElement;
            var connection = book.GetProperty("connection").GetInt64();
            if (connection != Connection)
            {
                HasGoneOn |= Connection > 0 && !_isBegunAnew;
                (Connection, _isBegunAnew) = (connection, false);
            }

            _isBegunAnew |= book.GetProperty("type").GetString() == "snapshot";
            Messages = book.GetProperty("messages").GetInt64();
            Sequence = book.GetProperty("sequence").GetInt64();
        }

        _half = bytes[begin..];
    }
}
