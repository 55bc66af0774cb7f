using Strikeline.Kernel;
using Strikeline.Venues.Connection;

namespace Strikeline.Venues.Kalshi;

/// <summary>One socket, signed where it opens: subscribes, follows the markets that are wanted, asks for
/// snapshots.</summary>
/// <remarks>Nothing reaches the desk or the tape after the end was told.</remarks>
internal sealed class KalshiLink : VenueLink
{
    private const int MostTickersOfACommand = 500;

    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    private readonly KalshiOptions _options;
    private readonly IVenueTransport _transport;
    private readonly KalshiDesk _desk;
    private readonly TimeProvider _clock;
    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private int _commands;
    private bool _hasBegun;
    private long _begunNanos;

    public KalshiLink(
        int number,
        KalshiOptions options,
        IVenueTransport transport,
        KalshiDesk desk,
        TimeProvider clock,
        CancellationToken cancel)
        : base(number, clock.UnixNanos(), cancel)
    {
        _options = options;
        _transport = transport;
        _desk = desk;
        _clock = clock;
        Start();
    }

    /// <summary>The markets that are subscribed to on this socket.</summary>
    public IReadOnlyCollection<string> Subscribed => _subscribed;

    /// <summary>Subscribes to what is wanted and gives up what is not.</summary>
    public void Follow(IReadOnlyCollection<string> wanted)
    {
        if (!IsOpen)
        {
            return;
        }

        if (!_hasBegun)
        {
            Begin(wanted);
            return;
        }

        var more = wanted.Where(ticker => !_subscribed.Contains(ticker)).ToArray();
        var less = _subscribed.Where(ticker => !wanted.Contains(ticker)).ToArray();
        if (more.Length + less.Length == 0 || !KnowsSids(out var sids))
        {
            return;
        }

        var commands = new List<string>();
        foreach (var sid in sids)
        {
            commands.AddRange(Update(sid, "add_markets", more));
            commands.AddRange(Update(sid, "delete_markets", less));
        }

        _subscribed.UnionWith(more);
        _subscribed.ExceptWith(less);
        _desk.Release(less);
        Say(commands);
    }

    /// <summary>True where the venue has not confirmed the subscriptions that were asked for long ago.</summary>
    public bool IsUnanswered(long now) =>
        _hasBegun && now - _begunNanos > AnswerPatience.Nanos() && !KnowsSids(out _);

    /// <summary>Asks for books again. Says nothing of success: the desk sees the snapshots or it does not.</summary>
    public void Resync(IReadOnlyCollection<string> tickers)
    {
        var sid = _desk.Read(decoder => decoder.SidOf(KalshiChannel.Books));
        if (tickers.Count > 0 && sid >= 0)
        {
            Say(Update(sid, "get_snapshot", tickers));
        }
    }

    /// <summary>Asks for something that a living socket answers: a book that has come before, where there is
    /// one.</summary>
    public void Probe()
    {
        var standing = _desk.Read(decoder =>
            _subscribed.FirstOrDefault(ticker => decoder.Table.Find(ticker) is { Sid: >= 0 }));
        if (standing is not null)
        {
            Resync([standing]);
        }
        else
        {
            Say([$"{{\"id\":{++_commands},\"cmd\":\"list_subscriptions\"}}"]);
        }
    }

    /// <inheritdoc/>
    protected override Task<IVenueSocket> ConnectAsync()
    {
        // Signed anew each time: the venue takes a signature for a moment only.
        var headers = _options.Key!.Sign("GET", _options.WebSocket.AbsolutePath, Stamps.ToMillis(_clock.UnixNanos()));
        return _transport.ConnectAsync(_options.WebSocket, headers, Ending);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Connected()
    {
        _desk.Connected(Number);
        var lifecycle = Command("subscribe", $"\"channels\":[\"{KalshiChannel.Lifecycle.Name()}\"]");
        var indices = _options.Series.Where(one => one.Asset is not null)
            .Select(one => KalshiParser.IndexOf(one.Asset!)).Distinct(StringComparer.Ordinal).ToArray();
        return indices.Length == 0
            ? [lifecycle]
            :
            [
                lifecycle,
                Command(
                    "subscribe", $"\"channels\":[\"{KalshiChannel.Indices.Name()}\"],\"index_ids\":{Array(indices)}"),
            ];
    }

    /// <inheritdoc/>
    protected override async Task<string> ReceiveAsync(IVenueSocket socket)
    {
        while (await socket.ReceiveAsync(Ending) is { } message)
        {
            _desk.Frame(Number, message.Span, string.Empty);
        }

        return socket.CloseCode is { } code ? $"{ClosedByVenue} with code {code}" : ClosedByVenue;
    }

    /// <inheritdoc/>
    protected override void Disconnected(bool wasConnected, string reason) =>
        _desk.Disconnected(Number, wasConnected, reason);

    private static string Array(IEnumerable<string> texts) =>
        $"[{string.Join(',', texts.Select(one => $"\"{one}\""))}]";

    private void Begin(IReadOnlyCollection<string> wanted)
    {
        if (wanted.Count == 0)
        {
            return;
        }

        _hasBegun = true;
        _begunNanos = _clock.UnixNanos();
        _subscribed.UnionWith(wanted);
        var tickers = Array(wanted);

        // The venue will turn the default of use_yes_price round one day: so it is always said.
        Say(
        [
            Command("subscribe", $"\"channels\":[\"{KalshiChannel.Books.Name()}\"],\"market_tickers\":{tickers},"
                + "\"use_yes_price\":false"),
            Command("subscribe", $"\"channels\":[\"{KalshiChannel.Trades.Name()}\",\"{KalshiChannel.Tickers.Name()}\"],"
                + $"\"market_tickers\":{tickers}"),
        ]);
    }

    private bool KnowsSids(out long[] sids)
    {
        sids = _desk.Read(decoder => new[]
        {
            decoder.SidOf(KalshiChannel.Books),
            decoder.SidOf(KalshiChannel.Trades),
            decoder.SidOf(KalshiChannel.Tickers),
        });
        return System.Array.TrueForAll(sids, sid => sid >= 0);
    }

    private string[] Update(long sid, string action, IReadOnlyCollection<string> tickers) =>
        tickers.Chunk(MostTickersOfACommand).Select(some => Command(
            "update_subscription",
            $"\"sids\":[{sid}],\"market_tickers\":{Array(some)},\"action\":\"{action}\"")).ToArray();

    private string Command(string name, string parameters) =>
        $"{{\"id\":{++_commands},\"cmd\":\"{name}\",\"params\":{{{parameters}}}}}";
}
