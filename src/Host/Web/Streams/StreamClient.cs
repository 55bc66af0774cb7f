using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Strikeline.Host.Logging;

namespace Strikeline.Host.Web.Streams;

/// <summary>One WebSocket client: a loop that reads its wishes, and what sends it what it has asked for.</summary>
internal sealed class StreamClient : IDisposable
{
    private const int MaxMessageBytes = 4 * 1024;
    private const int MaxChannels = 32;
    private const int MaxShownName = 64;
    private const int MostCopiedBytes = 16 * 1024;
    private const double MostHz = 20;

    private static readonly TimeSpan s_goodbyeTimeout = TimeSpan.FromSeconds(1);

    private readonly WebSocket _socket;
    private readonly StreamHub _hub;
    private readonly StreamMode _mode;
    private readonly ConnectionGate.Guest? _guest;
    private readonly CancellationTokenSource _end;
    private readonly Lock _gate = new();
    private readonly StreamRequest _request = new();
    private readonly StreamSession _session;
    private readonly StreamOutbox _outbox;
    private readonly EventSubscriptions _events = new();
    private readonly Dictionary<StreamChannel, long> _sent = [];

    // The sending's own.
    private readonly List<(StreamChannel Channel, StreamFrame Frame, long From)> _due = [];
    private long _pauseUntil;

    private double _paceHz = MostHz;
    private int _states;
    private volatile bool _ends;

    /// <param name="socket">The connection.</param>
    /// <param name="hub">What there is to send.</param>
    /// <param name="mode">What the client gets.</param>
    /// <param name="from">Where the client is.</param>
    /// <param name="guest">Its place among all connections; null where nobody counts them.</param>
    /// <param name="end">Ends it; cancelled where it ends by itself.</param>
    public StreamClient(
        WebSocket socket, StreamHub hub, StreamMode mode, IPAddress? from, ConnectionGate.Guest? guest,
        CancellationTokenSource end)
    {
        (_socket, _hub, _mode, _guest, _end) = (socket, hub, mode, guest, end);
        _session = hub.Session(from);
        _outbox = new StreamOutbox(socket, SendAsync);
    }

    /// <summary>Something has happened in the exchange.</summary>
    /// <returns>True where the client goes to work now.</returns>
    public bool WakeForEvents() => _events.Count > 0 && _outbox.Wake();

    /// <summary>There are newer states.</summary>
    /// <returns>True where the client goes to work now.</returns>
    public bool WakeForStates() => Volatile.Read(ref _states) > 0 && _outbox.Wake();

    /// <summary>Cuts the client off where it does not take what it is sent.</summary>
    public void CutWhenStuck() => _outbox.CutWhenStuck();

    /// <summary>Serves until either side ends.</summary>
    public async Task RunAsync()
    {
        if (_mode == StreamMode.FeedsOnly)
        {
            Subscribe("feeds");
        }

        await using var abort = _end.Token.Register(_socket.Abort);
        try
        {
            await ReceiveAsync();
        }
        catch (Exception e) when (IsGone(e))
        {
            // Without a word.
        }

        await _end.CancelAsync();
        await _outbox.EndAsync();
        foreach (var channel in _sent.Keys)
        {
            channel.Leave();
        }

        _events.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _outbox.Dispose();

    private static bool IsGone(Exception e) =>
        e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException;

    private async Task ReceiveAsync()
    {
        var buffer = new byte[MaxMessageBytes];
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return;
            }

            length += part.Count;
            if (!part.EndOfMessage && length == buffer.Length)
            {
                // Waits for the other side's goodbye: a socket closed over unread bytes would take the reason with it.
                using var goodbye = new CancellationTokenSource(s_goodbyeTimeout);
                await _socket.CloseAsync(WebSocketCloseStatus.MessageTooBig, "message too big", goodbye.Token);
                return;
            }

            if (part.EndOfMessage)
            {
                var sends = _outbox.TryBegin();
                Take(buffer.AsMemory(0, length));
                length = 0;
                if (sends)
                {
                    _outbox.Finish();
                }
            }
        }
    }

    private void Take(ReadOnlyMemory<byte> message)
    {
        try
        {
            _guest?.Touch();
            if (!_request.TryRead(message))
            {
                Refuse("duplicate_field", "send each field once");
                return;
            }

            Take(_request.Text("op", "order.place"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            Refuse("bad_message", "expected a JSON object such as {\"op\":\"subscribe\",\"channels\":[\"feeds\"]}");
        }
        catch (Exception e)
        {
            // A fault of this program ends the request, not the connection.
            _hub.Failed(e);
            Refuse("internal_error", "the request has failed; ask with the client id what came of it");
        }
    }

    private void Take(string op)
    {
        switch (op)
        {
            case "order.place" or "order.amend" or "order.cancel" or "order.cancel_all":
                _session.Run(op, _request, _outbox);
                break;
            case "subscribe":
                var since = _request.Value("since");
                foreach (var name in _request.Texts("channels"))
                {
                    Subscribe(name, since);
                }

                break;
            case "unsubscribe":
                foreach (var name in _request.Texts("channels"))
                {
                    Unsubscribe(name);
                }

                break;
            case "auth":
                var before = _session.Bearer?.Account;
                _outbox.Put(_session.Authenticate(_request));
                if (_session.Bearer?.Account != before)
                {
                    // What it has of the account that it was before is no longer its own.
                    _events.Remove(OrdersChannel.ChannelName);
                }

                if (_session.Bearer is not null)
                {
                    _guest?.Settle(isKnown: true);
                }

                _ends |= _session.IsBanned;
                break;
            case "ping":
                if (!_request.TryWhole("id", out var id))
                {
                    throw new JsonException("id is no whole number");
                }

                Reply(string.Create(
                    CultureInfo.InvariantCulture, $"{{\"channel\":\"pong\",\"id\":{id},\"at\":{_hub.NowMs}}}"));
                break;
            case "pace":
                _paceHz = Math.Clamp(_request.Value("hz").GetDouble(), 0.1, MostHz);
                break;
            default:
                Refuse(
                    "unknown_op",
                    "op is subscribe, unsubscribe, ping, pace, auth, order.place, order.amend, order.cancel or "
                    + "order.cancel_all");
                break;
        }
    }

    private void Subscribe(string name, JsonElement since = default)
    {
        EventChannel? events = name == OrdersChannel.ChannelName
            ? _hub.Orders(_session.Reads)
            : _hub.EventChannel(name);
        if (events is null && name == OrdersChannel.ChannelName)
        {
            Refuse("key_required", "send {\"op\":\"auth\",\"key\":\"…\"} first, with a key that may read");
            return;
        }

        if (events is not null)
        {
            Begin(events, name, since);
            return;
        }

        var channel = _hub.Channel(name);
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
                Volatile.Write(ref _states, _sent.Count);
                channel.Join();
                _guest?.Settle(isKnown: false);
                _outbox.Wake();
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
        _guest?.Settle(isKnown: false);
        _outbox.Wake();
    }

    private void Unsubscribe(string name)
    {
        _events.Remove(_hub.EventChannel(name)?.Name ?? name);
        var channel = _hub.Channel(name);
        if (channel is not null)
        {
            lock (_gate)
            {
                if (!_sent.Remove(channel))
                {
                    return;
                }

                Volatile.Write(ref _states, _sent.Count);
            }

            channel.Leave();
        }
    }

    private void Refuse(string code, string detail) =>
        Reply(
            $"{{\"channel\":\"error\",\"code\":\"{code}\","
            + $"\"detail\":{JsonSerializer.Serialize(Redaction.Clean(detail), HostJson.Default.String)}}}");

    private void Reply(string text) => _outbox.Put(Encoding.UTF8.GetBytes(text));

    // Sends all that there is; false where the client has ended.
    private async ValueTask<bool> SendAsync()
    {
        if (_end.IsCancellationRequested)
        {
            return false;
        }

        try
        {
            await _outbox.SendRepliesAsync();
            if (_ends || _outbox.IsOverfull || (_events.Count > 0 && await SendEventsAsync()))
            {
                await EndAsync();
                return false;
            }

            // The hub wakes every client again with the next state.
            if (Volatile.Read(ref _states) > 0 && Stopwatch.GetTimestamp() >= _pauseUntil)
            {
                await SendStatesAsync();
            }

            return true;
        }
        catch (Exception e) when (IsGone(e))
        {
            // A client that takes nothing was cut off; one that is gone needs nothing.
            await _end.CancelAsync();
        }
        catch (Exception e)
        {
            // A fault of this program: without a sender the client would wait for ever, so it begins again.
            _hub.Failed(e);
            await _end.CancelAsync();
        }

        return false;
    }

    private async ValueTask SendStatesAsync()
    {
        Collect();
        foreach (var (channel, frame, from) in _due)
        {
            await SendAsync(channel, frame, from);
        }

        if (_due.Count > 0 && _paceHz < MostHz)
        {
            _pauseUntil = Stopwatch.GetTimestamp() + (long)(Stopwatch.Frequency / _paceHz);
        }
    }

    // True where the client has fallen too far behind: it has been told, and begins again.
    private async Task<bool> SendEventsAsync()
    {
        if (_events.Has(OrdersChannel.ChannelName) && !_session.MayRead)
        {
            await _outbox.SendAsync(StreamSession.Error(StreamSession.Unknown()));
            return true;
        }

        var lost = await _events.SendAsync(() => _hub.NowMs, _outbox.SendAsync);
        if (lost is not { } behind)
        {
            return false;
        }

        await _outbox.SendAsync(StreamSession.Error(new Trading.Mistake(
            0, "stream_lost",
            $"{behind.Channel} is lost behind {behind.Position.ToString(CultureInfo.InvariantCulture)}",
            "connect again and subscribe since that position")));
        return true;
    }

    private async Task EndAsync()
    {
        using var goodbye = new CancellationTokenSource(s_goodbyeTimeout);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "begin again", goodbye.Token);
        await _end.CancelAsync();
    }

    private void Collect()
    {
        _due.Clear();
        lock (_gate)
        {
            foreach (var (channel, sent) in _sent)
            {
                if (channel.Newest is { } frame && frame.Sequence > sent)
                {
                    _due.Add((channel, frame, sent == 0 ? frame.Sequence : sent + 1));
                }
            }

            foreach (var (channel, frame, _) in _due)
            {
                _sent[channel] = frame.Sequence;
            }
        }
    }

    private async Task SendAsync(StreamChannel channel, StreamFrame frame, long from)
    {
        if (_mode == StreamMode.FeedsOnly)
        {
            await _outbox.SendAsync(frame.Json, isEnd: true);
            return;
        }

        // The state is shared by all clients; only the envelope is this one's own.
        var head = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"channel\":\"{channel.Name}\",\"from\":{from},"
            + $"\"sequence\":{frame.Sequence},\"at\":{frame.At},\"data\":"));
        if (frame.Json.Length <= MostCopiedBytes)
        {
            // A copy costs less than two further writes.
            await _outbox.SendAsync((byte[])[.. head, .. frame.Json, (byte)'}'], isEnd: true);
            return;
        }

        await _outbox.SendAsync(head, isEnd: false);
        await _outbox.SendAsync(frame.Json, isEnd: false);
        await _outbox.SendAsync("}"u8.ToArray(), isEnd: true);
    }
}
