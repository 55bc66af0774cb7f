using System.Buffers;
using System.Net;
using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Host.Web.Trading;

namespace Strikeline.Host.Web.Streams;

/// <summary>Who a WebSocket client is, and the orders that it sends.</summary>
/// <remarks>A key that is taken back holds no longer from the next message on.</remarks>
/// <param name="access">Who may do what.</param>
/// <param name="exchange">The exchange; null where it is not open.</param>
/// <param name="from">Where the client is.</param>
internal sealed class StreamSession(Access access, ExchangeDesk? exchange, IPAddress? from)
{
    private const int MostPending = 256;
    private const int MostFailures = 5;

    private static readonly ReadOnlyMemory<byte> s_nothing = "{}"u8.ToArray();

    private readonly OrderEntry? _entry = exchange is null ? null : new OrderEntry(exchange);
    private readonly PendingOrders _pending = new();
    private KeyBytes? _key;
    private int _failures;

    /// <summary>Who it is; null before it has said so, and once its key holds no longer.</summary>
    public Bearer? Bearer => _key is { } key ? access.Find(key) : null;

    /// <summary>True while its key holds and may read the account.</summary>
    public bool MayRead => Bearer is { } bearer && (bearer.Scopes & KeyScopes.Read) != KeyScopes.None;

    /// <summary>True where a channel is for everybody, or its key holds and allows it.</summary>
    public bool MaySee(StreamChannel channel) =>
        channel.Needs == KeyScopes.None
        || (Bearer is { } bearer && (bearer.Scopes & channel.Needs) != KeyScopes.None);

    /// <summary>True where it has guessed too often.</summary>
    public bool IsBanned => _failures >= MostFailures;

    /// <summary>The client says who it is.</summary>
    /// <exception cref="JsonException">It says it wrongly.</exception>
    public byte[] Authenticate(StreamRequest request)
    {
        var key = KeyDirectory.HashOf(request.Text("key"));
        var known = access.Find(key);
        var mistake = known is null
            ? Unknown()
            : access.CheckSocket(
                known, from, request.Letters("timestamp"), request.Letters("nonce"),
                request.Letters("signature"));
        if (known is null || mistake is not null)
        {
            _failures++;
            return Error(mistake!);
        }

        _key = key;
        return Write(json =>
        {
            json.WriteString("channel", "auth");
            json.WriteNumber("account", known.Account);
            json.WriteString("name", known.Name);
            json.WriteStartArray("scopes");
            foreach (var scope in Enum.GetValues<KeyScopes>().Where(one => one != KeyScopes.None))
            {
                if ((known.Scopes & scope) != KeyScopes.None)
                {
                    json.WriteStringValue(TradingRows.Word(scope));
                }
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Whose own channel the client may read; null for nobody's.</summary>
    public int? Reads => MayRead && Bearer is { } bearer ? bearer.Account : null;

    /// <summary>An order, or something about one: handed in here, so that whoever sends in order is served in order;
    /// the reply goes to the outbox.</summary>
    /// <param name="op">What is asked for.</param>
    /// <param name="request">The whole message.</param>
    /// <param name="outbox">The client's.</param>
    public void Run(string op, StreamRequest request, StreamOutbox outbox)
    {
        if (!request.TryWhole("id", out var id))
        {
            outbox.Put(Error(Mistake.Bad(
                "invalid_parameter", "id is no whole number", "send one: the reply carries it back")));
            return;
        }

        var bearer = Bearer;
        var order = Refuse(op, bearer) is { } mistake
            ? new OrderRequest(default, 0, mistake)
            : Order(op, request.Raw("order"), bearer!.Account);
        _pending.Add();
        var reply = new OrderReply(id, order, _entry!, outbox, _pending);
        if (order.Mistake is null)
        {
            exchange!.Run(order.Command, reply);
        }
        else
        {
            reply.Put();
        }
    }

    /// <summary>A mistake as a message.</summary>
    public static byte[] Error(Mistake mistake) => Write(json =>
    {
        json.WriteString("channel", "error");
        json.WriteString("code", mistake.Code);
        json.WriteString("detail", mistake.Words);
    });

    /// <summary>What a client hears whose key holds no longer.</summary>
    public static Mistake Unknown() => new(
        StatusCodes.Status401Unauthorized, "key_unknown", "the API key is unknown or was taken back",
        "take another one");

    private OrderRequest Order(string op, ReadOnlyMemory<byte> body, int account)
    {
        body = body.IsEmpty ? s_nothing : body;
        switch (op)
        {
            case "order.place":
                return _entry!.Place(body, account);
            case "order.amend":
                return _entry!.Amend(body, account);
            case "order.cancel":
                return _entry!.Cancel(body, account);
            default:
                var (fields, mistake) = BodyFields.Read(body, "market");
                return _entry!.CancelAll(fields, mistake, account);
        }
    }

    private Mistake? Refuse(string op, Bearer? bearer)
    {
        if (_entry is null)
        {
            return new Mistake(
                StatusCodes.Status503ServiceUnavailable, "exchange_closed", "there is no exchange in this run",
                "start the program with one");
        }

        if (bearer is null)
        {
            return new Mistake(
                StatusCodes.Status401Unauthorized, "key_required", "orders need an API key",
                "send {\"op\":\"auth\",\"key\":\"…\"} first");
        }

        if ((bearer.Scopes & KeyScopes.Trade) == KeyScopes.None)
        {
            return new Mistake(
                StatusCodes.Status403Forbidden, "scope_missing", "the key has not the scope trade",
                "take one that has it");
        }

        if (op is "order.place" or "order.amend" && Access.Operator(bearer) is { } homeless)
        {
            return homeless;
        }

        return _pending.Count >= MostPending
            || !access.TryTake(bearer, op is "order.cancel" or "order.cancel_all")
            ? new Mistake(
                StatusCodes.Status429TooManyRequests, "rate_limited", "the key has used up what it may do in a second",
                "try again in a second; cancellations have a reserve")
            : null;
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
