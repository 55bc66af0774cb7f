using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Host.Web.Trading;

namespace Strikeline.Host.Web.Streams;

/// <summary>Who a WebSocket client is, and the orders that it sends.</summary>
/// <remarks>A key that is taken back holds no longer from the next message on.</remarks>
/// <param name="access">Who may do what.</param>
/// <param name="exchange">The exchange; null where it is not open.</param>
internal sealed class StreamSession(Access access, ExchangeDesk? exchange, IPAddress? from)
{
    private const int MostPending = 256;
    private const int MostFailures = 5;

    private readonly OrderEntry? _entry = exchange is null ? null : new OrderEntry(exchange);
    private KeyBytes? _key;
    private int _pending;
    private int _failures;

    /// <summary>Who it is; null before it has said so, and once its key holds no longer.</summary>
    public Bearer? Bearer => _key is { } key ? access.Find(key) : null;

    /// <summary>True while its key holds and may read the account.</summary>
    public bool MayRead => Bearer is { } bearer && (bearer.Scopes & KeyScopes.Read) != KeyScopes.None;

    /// <summary>True where it has guessed too often.</summary>
    public bool IsBanned => _failures >= MostFailures;

    /// <summary>The client says who it is.</summary>
    public byte[] Authenticate(JsonElement root)
    {
        var secret = root.GetProperty("key").GetString() ?? string.Empty;
        var key = KeyDirectory.HashOf(secret);
        var known = access.Find(key);
        var mistake = known is null ? Unknown() : access.CheckSocket(known, root, from);
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

    /// <summary>The account's own channel; null where the client may not read it.</summary>
    public OrdersChannel? Orders() =>
        exchange is not null && MayRead && Bearer is { } bearer
            ? new OrdersChannel(exchange, bearer.Account)
            : null;

    /// <summary>An order, or something about one. It is handed in before the method first waits.</summary>
    public async Task<byte[]> RunAsync(string op, JsonElement root)
    {
        long id = 0;
        if (root.TryGetProperty("id", out var given)
            && (given.ValueKind != JsonValueKind.Number || !given.TryGetInt64(out id)))
        {
            return Error(Mistake.Bad(
                "invalid_parameter", "id is no whole number", "send one: the reply carries it back"));
        }

        if (Refuse(op) is { } mistake)
        {
            return Reply(id, mistake);
        }

        if (Bearer is not { } bearer)
        {
            return Reply(id, Unknown());
        }

        var account = bearer.Account;
        var body = Encoding.UTF8.GetBytes(root.TryGetProperty("order", out var order) ? order.GetRawText() : "{}");
        Interlocked.Increment(ref _pending);
        try
        {
            return op switch
            {
                "order.place" => Reply(id, await _entry!.PlaceAsync(body, account), HostJson.Default.OrderAnswer),
                "order.amend" => Reply(id, await _entry!.AmendAsync(body, account), HostJson.Default.OrderAnswer),
                "order.cancel" => Reply(id, await _entry!.CancelAsync(body, account), HostJson.Default.OrderAnswer),
                _ => Reply(id, await CancelAllAsync(body, account), HostJson.Default.CancelledAnswer),
            };
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
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

    private Mistake? Refuse(string op)
    {
        if (_entry is null)
        {
            return new Mistake(
                StatusCodes.Status503ServiceUnavailable, "exchange_closed", "there is no exchange in this run",
                "start the program with one");
        }

        if (Bearer is not { } bearer)
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

        return Volatile.Read(ref _pending) >= MostPending
            || !access.TryTake(bearer, op is "order.cancel" or "order.cancel_all")
            ? new Mistake(
                StatusCodes.Status429TooManyRequests, "rate_limited", "the key has used up what it may do in a second",
                "try again in a second; cancellations have a reserve")
            : null;
    }

    private Task<Entry<CancelledAnswer>> CancelAllAsync(byte[] body, int account)
    {
        var (fields, mistake) = BodyFields.Read(body, "market");
        return _entry!.CancelAllAsync(fields, mistake, account);
    }

    private static byte[] Reply<T>(long id, Entry<T> entry, JsonTypeInfo<T> type)
        where T : class =>
        entry.Mistake is { } mistake
            ? Reply(id, mistake)
            : Write(json =>
            {
                json.WriteString("channel", "reply");
                json.WriteNumber("id", id);
                json.WriteBoolean("ok", true);
                json.WritePropertyName("data");
                JsonSerializer.Serialize(json, entry.Answer!, type);
            });

    private static byte[] Reply(long id, Mistake mistake) => Write(json =>
    {
        json.WriteString("channel", "reply");
        json.WriteNumber("id", id);
        json.WriteBoolean("ok", false);
        json.WriteString("code", mistake.Code);
        json.WriteString("detail", mistake.Words);
    });

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
