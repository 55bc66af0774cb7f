using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Strikeline.Host.Logging;

namespace Strikeline.Host.Web.Streams;

/// <summary>One WebSocket client: a loop that reads its wishes and one that sends it the newest states.</summary>
internal sealed class StreamClient(WebSocket socket, StreamHub hub, StreamMode mode, IPAddress? from) : IDisposable
{
    private const int MaxMessageBytes = 4 * 1024;
    private const int MaxChannels = 32;
    private const int MaxReplies = 32;
    private const int MostAnswers = 1_024;
    private const int PieceBytes = 16 * 1024;
    private const int MaxShownName = 64;
    private const double MostHz = 20;

    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly StreamSession _session = hub.Session(from);
    private readonly EventSubscriptions _events = new();
    private volatile bool _ends;
    private readonly Dictionary<StreamChannel, long> _sent = [];
    private readonly Queue<byte[]> _replies = [];
    private readonly SemaphoreSlim _wake = new(0, 1);
    private double _paceHz = MostHz;
    private int _isAwake;

    /// <summary>There may be something to send.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (ObjectDisposedException)
            {
                // Gone.
            }
        }
    }

    /// <summary>Serves until either side ends.</summary>
    public async Task RunAsync(CancellationTokenSource end)
    {
        if (mode == StreamMode.FeedsOnly)
        {
            Subscribe("feeds");
        }

        var sending = SendAsync(end);
        try
        {
            await ReceiveAsync(end.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // Gone without a word.
        }

        await end.CancelAsync();
        await sending;
        foreach (var channel in _sent.Keys)
        {
            channel.Leave();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    private async Task ReceiveAsync(CancellationToken cancel)
    {
        var buffer = new byte[MaxMessageBytes];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
                return;
            }

            length += part.Count;
            if (!part.EndOfMessage && length == buffer.Length)
            {
                // Waits for the other side's goodbye: a socket closed over unread bytes would take the reason with it.
                using var goodbye = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                goodbye.CancelAfter(GoodbyeTimeout);
                await socket.CloseAsync(WebSocketCloseStatus.MessageTooBig, "message too big", goodbye.Token);
                return;
            }

            if (part.EndOfMessage)
            {
                Take(buffer.AsMemory(0, length));
                length = 0;
            }
        }
    }

    private void Take(ReadOnlyMemory<byte> message)
    {
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement;
            if (root.EnumerateObject().GroupBy(property => property.Name).Any(named => named.Skip(1).Any()))
            {
                Refuse("duplicate_field", "send each field once");
                return;
            }

            switch (root.GetProperty("op").GetString())
            {
                case "subscribe":
                    var since = root.TryGetProperty("since", out var positions) ? positions : default;
                    foreach (var name in root.GetProperty("channels").EnumerateArray())
                    {
                        Subscribe(name.GetString() ?? string.Empty, since);
                    }

                    break;
                case "auth":
                    var before = _session.Bearer?.Account;
                    Reply(_session.Authenticate(root));
                    if (_session.Bearer?.Account != before)
                    {
                        // What it has of the account that it was before is no longer its own.
                        _events.Remove(OrdersChannel.ChannelName);
                    }

                    _ends |= _session.IsBanned;
                    break;
                case "order.place" or "order.amend" or "order.cancel" or "order.cancel_all":
                    Answer(_session.RunAsync(root.GetProperty("op").GetString()!, root));
                    break;
                case "unsubscribe":
                    foreach (var name in root.GetProperty("channels").EnumerateArray())
                    {
                        Unsubscribe(name.GetString() ?? string.Empty);
                    }

                    break;
                case "ping":
                    var id = root.TryGetProperty("id", out var given) && given.TryGetInt64(out var number) ? number : 0;
                    var at = hub.NowMs;
                    Reply(string.Create(
                        CultureInfo.InvariantCulture, $"{{\"channel\":\"pong\",\"id\":{id},\"at\":{at}}}"));
                    break;
                case "pace":
                    _paceHz = Math.Clamp(root.GetProperty("hz").GetDouble(), 0.1, MostHz);
                    break;
                default:
                    Refuse(
                        "unknown_op",
                        "op is subscribe, unsubscribe, ping, pace, auth, order.place, order.amend, order.cancel or "
                        + "order.cancel_all");
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            Refuse("bad_message", "expected a JSON object such as {\"op\":\"subscribe\",\"channels\":[\"feeds\"]}");
        }
    }

    private void Subscribe(string name, JsonElement since = default)
    {
        if (name == OrdersChannel.ChannelName && _session.Orders() is null)
        {
            Refuse("key_required", "send {\"op\":\"auth\",\"key\":\"…\"} first, with a key that may read");
            return;
        }

        EventChannel? events = name == OrdersChannel.ChannelName ? _session.Orders() : hub.EventChannel(name);
        if (events is not null)
        {
            Begin(events, name, since);
            return;
        }

        var channel = hub.Channel(name);
        if (channel is null)
        {
            var shown = name.Length > MaxShownName ? name[..MaxShownName] : name;
            Refuse("unknown_channel", $"there is no channel {shown}");
            return;
        }

        lock (_gate)
        {
            if (_sent.ContainsKey(channel))
            {
                return;
            }

            if (_sent.Count < MaxChannels)
            {
                _sent.Add(channel, 0);
                channel.Join();
                Wake();
                return;
            }
        }

        Refuse("too_many_channels", $"one connection has at most {MaxChannels} channels");
    }

    private void Begin(EventChannel channel, string name, JsonElement since)
    {
        if (_events.Count >= MaxChannels)
        {
            Refuse("too_many_channels", $"one connection has at most {MaxChannels} channels of this kind");
            return;
        }

        var position = since.ValueKind == JsonValueKind.Object && since.TryGetProperty(name, out var given)
            && given.TryGetInt64(out var number) && number >= 0
            ? number
            : EventChannel.Start;
        _events.Add(channel, position);
        Wake();
    }

    private void Unsubscribe(string name)
    {
        _events.Remove(hub.EventChannel(name)?.Name ?? name);
        var channel = hub.Channel(name);
        if (channel is not null)
        {
            lock (_gate)
            {
                if (!_sent.Remove(channel))
                {
                    return;
                }
            }

            channel.Leave();
        }
    }

    private void Refuse(string code, string detail) =>
        Reply(
            $"{{\"channel\":\"error\",\"code\":\"{code}\","
            + $"\"detail\":{JsonSerializer.Serialize(Redaction.Clean(detail), HostJson.Default.String)}}}");

    private void Reply(string text) => Reply(Encoding.UTF8.GetBytes(text));

    private void Reply(byte[] message)
    {
        lock (_gate)
        {
            if (_replies.Count < MaxReplies)
            {
                _replies.Enqueue(message);
            }
        }

        Wake();
    }

    // What became of an order is never left out: a client that does not read what it has asked for is cut off.
    private async void Answer(Task<byte[]> answer)
    {
        byte[] message;
        try
        {
            message = await answer;
        }
        catch (Exception e)
        {
            // Nobody else would catch it, and the program would end.
            hub.Failed(e);
            message = StreamSession.Error(new Trading.Mistake(
                StatusCodes.Status500InternalServerError, "internal_error", "the request has failed",
                "ask with the client id what came of it"));
        }

        lock (_gate)
        {
            _ends |= _replies.Count >= MostAnswers;
            if (!_ends)
            {
                _replies.Enqueue(message);
            }
        }

        Wake();
    }

    private async Task SendAsync(CancellationTokenSource end)
    {
        var due = new List<(StreamChannel Channel, StreamFrame Frame, long From)>();
        var pauseUntil = 0L;
        try
        {
            while (!end.IsCancellationRequested)
            {
                await _wake.WaitAsync(end.Token);
                Volatile.Write(ref _isAwake, 0);
                await SendRepliesAsync(end.Token);
                if (_ends || await SendEventsAsync(end.Token))
                {
                    await EndAsync(end);
                    return;
                }

                if (Stopwatch.GetTimestamp() < pauseUntil)
                {
                    // The hub wakes every client again with the next state.
                    continue;
                }

                Collect(due);
                using var timeout = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
                timeout.CancelAfter(WriteTimeout);
                foreach (var (channel, frame, from) in due)
                {
                    await SendAsync(channel, frame, from, timeout.Token);
                }

                if (due.Count > 0 && _paceHz < MostHz)
                {
                    pauseUntil = Stopwatch.GetTimestamp() + (long)(Stopwatch.Frequency / _paceHz);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // A client that takes nothing for 5 s is cut off; one that is gone needs nothing.
            socket.Abort();
            await end.CancelAsync();
        }
    }

    // True where the client has fallen too far behind: it has been told, and begins again.
    private async Task<bool> SendEventsAsync(CancellationToken cancel)
    {
        if (_events.Has(OrdersChannel.ChannelName) && !_session.MayRead)
        {
            await SendAsync(StreamSession.Error(StreamSession.Unknown()), cancel);
            return true;
        }

        var lost = await _events.SendAsync(() => hub.NowMs, message => SendAsync(message, cancel));
        if (lost is not { } behind)
        {
            return false;
        }

        var error = StreamSession.Error(new Trading.Mistake(
            0, "stream_lost",
            $"{behind.Channel} is lost behind {behind.Position.ToString(CultureInfo.InvariantCulture)}",
            "connect again and subscribe since that position"));
        await SendAsync(error, cancel);
        return true;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(WriteTimeout);
        // In pieces: a client that reads slowly holds no copy of a whole book.
        for (; message.Length > PieceBytes; message = message[PieceBytes..])
        {
            await socket.SendAsync(message[..PieceBytes], WebSocketMessageType.Text, false, timeout.Token);
        }

        await socket.SendAsync(message, WebSocketMessageType.Text, true, timeout.Token);
    }

    private async Task EndAsync(CancellationTokenSource end)
    {
        using var goodbye = new CancellationTokenSource(GoodbyeTimeout);
        await socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "begin again", goodbye.Token);
        await end.CancelAsync();
    }

    private async Task SendRepliesAsync(CancellationToken cancel)
    {
        while (TryReply(out var reply))
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timeout.CancelAfter(WriteTimeout);
            await socket.SendAsync(reply, WebSocketMessageType.Text, true, timeout.Token);
        }
    }

    private void Collect(List<(StreamChannel Channel, StreamFrame Frame, long From)> due)
    {
        due.Clear();
        lock (_gate)
        {
            foreach (var (channel, sent) in _sent)
            {
                if (channel.Newest is { } frame && frame.Sequence > sent)
                {
                    due.Add((channel, frame, sent == 0 ? frame.Sequence : sent + 1));
                }
            }

            foreach (var (channel, frame, _) in due)
            {
                _sent[channel] = frame.Sequence;
            }
        }
    }

    private bool TryReply(out byte[] reply)
    {
        lock (_gate)
        {
            return _replies.TryDequeue(out reply!);
        }
    }

    private async Task SendAsync(StreamChannel channel, StreamFrame frame, long from, CancellationToken cancel)
    {
        if (mode == StreamMode.FeedsOnly)
        {
            await socket.SendAsync(frame.Json, WebSocketMessageType.Text, true, cancel);
            return;
        }

        // The state is shared by all clients; only the envelope is this one's own.
        var head = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"channel\":\"{channel.Name}\",\"from\":{from},"
            + $"\"sequence\":{frame.Sequence},\"at\":{frame.At},\"data\":"));
        await socket.SendAsync(head, WebSocketMessageType.Text, false, cancel);
        await socket.SendAsync(frame.Json, WebSocketMessageType.Text, false, cancel);
        await socket.SendAsync("}"u8.ToArray(), WebSocketMessageType.Text, true, cancel);
    }
}
