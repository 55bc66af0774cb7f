using System.Text.Json;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Host.Web.Trading;

namespace Strikeline.Host.Web.Streams;

/// <summary>The reply to an order that came on a WebSocket: waits for the exchange, then in the client's
/// outbox.</summary>
/// <param name="id">The client's own number for its request.</param>
/// <param name="request">The request.</param>
/// <param name="entry">Makes the answer.</param>
/// <param name="outbox">Takes the reply.</param>
/// <param name="pending">Told when it has come.</param>
internal sealed class OrderReply(
    long id, OrderRequest request, OrderEntry entry, StreamOutbox outbox, PendingOrders pending) : Ticket
{
    private Outcome? _outcome;
    private Mistake? _mistake = request.Mistake;

    /// <inheritdoc/>
    public override void Deliver(Outcome outcome)
    {
        _outcome = outcome;
        Put();
    }

    /// <inheritdoc/>
    public override void Refuse(ExchangeUnavailableException reason)
    {
        _mistake = OrderEntry.Refusal(reason);
        Put();
    }

    /// <summary>Into the outbox.</summary>
    public void Put()
    {
        pending.Remove();
        outbox.Put(this);
    }

    /// <summary>What is to be written. The store may be asked.</summary>
    public async ValueTask<Action<Utf8JsonWriter>> AnswerAsync()
    {
        if (_mistake is not null)
        {
            return json => Write(json, _mistake);
        }

        if (request.Command.Type == CommandType.CancelAll)
        {
            var all = OrderEntry.Cancelled(_outcome!);
            return json => Write(
                json, all.Mistake, writer => JsonSerializer.Serialize(
                    writer, all.Answer!, HostJson.Default.CancelledAnswer));
        }

        var one = await entry.AnswerAsync(_outcome!, request.Instrument);
        return json => Write(
            json, one.Mistake, writer => JsonSerializer.Serialize(writer, one.Answer!, HostJson.Default.OrderAnswer));
    }

    private void Write(Utf8JsonWriter json, Mistake? mistake, Action<Utf8JsonWriter>? answer = null)
    {
        json.WriteStartObject();
        json.WriteString("channel", "reply");
        json.WriteNumber("id", id);
        json.WriteBoolean("ok", mistake is null);
        if (mistake is null)
        {
            json.WritePropertyName("data");
            answer!(json);
        }
        else
        {
            json.WriteString("code", mistake.Code);
            json.WriteString("detail", mistake.Words);
        }

        json.WriteEndObject();
    }
}

/// <summary>How many orders of a client wait for the exchange. Any thread.</summary>
internal sealed class PendingOrders
{
    private int _count;

    /// <summary>How many.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>One more.</summary>
    public void Add() => Interlocked.Increment(ref _count);

    /// <summary>One less.</summary>
    public void Remove() => Interlocked.Decrement(ref _count);
}
