using System.Globalization;
using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Journal;

namespace Strikeline.SystemTests.Recipes;

/// <summary>Books that a client has written down, one a line, in the order in which it came by them.</summary>
internal sealed class WrittenBooks(string client, string file) : IDisposable
{
    private readonly StreamReader _lines = new(file);
    private readonly HashSet<long> _connections = [];
    private readonly HashSet<long> _begunAnew = [];

    /// <summary>Whose.</summary>
    public string Client => client;

    /// <summary>The book to look at now; null behind the last.</summary>
    public JsonElement? Current { get; private set; }

    /// <summary>The sequence of the current one.</summary>
    public long Sequence => Current is { } book ? book.GetProperty("sequence").GetInt64() : long.MaxValue;

    /// <summary>How many were looked at.</summary>
    public int Count { get; private set; }

    /// <summary>The last sequence that was looked at.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Levels that were looked at.</summary>
    public long Levels { get; set; }

    /// <summary>Connections that brought something.</summary>
    public int Connections => _connections.Count;

    /// <summary>Connections that went on with differences alone.</summary>
    public int Resumed => _connections.Count(one => !_begunAnew.Contains(one));

    /// <summary>Goes on to the next.</summary>
    public void Next()
    {
        if (Current is { } seen)
        {
            LastSequence = Sequence;
            Count++;
            _connections.Add(seen.GetProperty("connection").GetInt64());
            if (seen.GetProperty("type").GetString() == "snapshot")
            {
                _begunAnew.Add(seen.GetProperty("connection").GetInt64());
            }
        }

        // A client that is ended in the midst of a line leaves half of one.
        Current = _lines.ReadLine() is { } line && line.EndsWith('}') ? JsonDocument.Parse(line).RootElement : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();
}

/// <summary>The core's own books: its journal run again from the first command, and held against those that clients have
/// written down, each at its sequence.</summary>
internal sealed class CoreBooks : IJournalReplay
{
    private readonly ShardReplay _core = new(new PipelineOptions());
    private readonly string _market;
    private readonly (decimal Tick, decimal Lot) _grid;
    private readonly WrittenBooks[] _clients;

    private CoreBooks(string market, decimal tick, decimal lot, WrittenBooks[] clients) =>
        (_market, _grid, _clients) = (market, (tick, lot), clients);

    /// <summary>Holds every written book against the core's.</summary>
    /// <returns>The core's last event.</returns>
    public static long Check(string folder, string market, decimal tick, decimal lot, params WrittenBooks[] clients)
    {
        var disk = FolderJournalDisk.ToRead(folder);
        var last = JournalReader.Read(disk).LastSequence;
        var books = new CoreBooks(market, tick, lot, clients);
        foreach (var client in clients)
        {
            client.Next();
        }

        books.Compare();
        JournalReader.ReadUpTo(disk, books, last, snapshotBelow: 0);
        Assert.All(clients, client => Assert.True(
            client.Current is null, $"{client.Client} has a book of event {client.Sequence}, with which no command ended"));
        return books._core.Pipeline.LastEvent;
    }

    /// <inheritdoc/>
    public void Restore(in JournalSnapshot snapshot) => Assert.Fail("the journal does not begin with its first command");

    /// <inheritdoc/>
    public void Apply(in JournalRecord record)
    {
        _core.Apply(record);
        Compare();
    }

    private void Compare()
    {
        var at = _core.Pipeline.LastEvent;
        foreach (var client in _clients)
        {
            for (; client.Sequence == at; client.Next())
            {
                Compare(client, client.Current!.Value);
            }
        }
    }

    private void Compare(WrittenBooks client, JsonElement book)
    {
        var expected = Levels();
        var written = new List<(Kernel.Side Side, decimal Price, decimal Quantity)>();
        foreach (var side in (Kernel.Side[])[Kernel.Side.Buy, Kernel.Side.Sell])
        {
            foreach (var level in book.GetProperty(side == Kernel.Side.Buy ? "bids" : "asks").EnumerateArray())
            {
                written.Add((side, Number(level[0]), Number(level[1])));
            }
        }

        client.Levels += written.Count;
        if (!expected.SequenceEqual(written))
        {
            var (missing, surplus) = (expected.Except(written).ToArray(), written.Except(expected).ToArray());
            Assert.Fail(
                $"{client.Client}, event {client.Sequence}, book {client.Count}, connection {book.GetProperty("connection")}: the core "
                + $"has {string.Join(' ', missing)} and the client has {string.Join(' ', surplus)}");
        }
    }

    private List<(Kernel.Side Side, decimal Price, decimal Quantity)> Levels()
    {
        var core = _core.Pipeline;
        var number = Enumerable.Range(0, core.Instruments).FirstOrDefault(i => core.Instrument(i).Name.ToString() == _market, -1);
        return number < 0 ? [] : [.. core.Levels(number).Select(level => (level.Side, level.Price * _grid.Tick, level.Lots * _grid.Lot))];
    }

    private static decimal Number(JsonElement text) => decimal.Parse(text.GetString()!, CultureInfo.InvariantCulture);
}
