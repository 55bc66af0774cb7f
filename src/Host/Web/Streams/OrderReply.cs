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
    private OrderAnswer? _one;
    private CancelledAnswer? _all;

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

    /// <summary>Makes what is to be written. The store may be asked.</summary>
    public async ValueTask PrepareAsync()
    {
        if (_mistake is not null)
        {
            return;
        }

        if (request.Command.Type == CommandType.CancelAll)
        {
            (_all, _mistake) = OrderEntry.Cancelled(_outcome!);
            return;
        }

        (_one, _mistake) = await entry.AnswerAsync(_outcome!, request.Instrument);
    }

    /// <summary>Writes it; once it is made.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("channel", "reply");
        json.WriteNumber("id", id);
        json.WriteBoolean("ok", _mistake is null);
        if (_mistake is not null)
        {
            json.WriteString("code", _mistake.Code);
            json.WriteString("detail", _mistake.Words);
        }
        else
        {
            json.WritePropertyName("data");
            if (_all is not null)
            {
                JsonSerializer.Serialize(json, _all, HostJson.Default.CancelledAnswer);
            }
            else
            {
                JsonSerializer.Serialize(json, _one!, HostJson.Default.OrderAnswer);
            }
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
