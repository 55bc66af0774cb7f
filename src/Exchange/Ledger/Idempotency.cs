namespace Strikeline.Exchange;

/// <summary>Does what carries a client id at most once for each account and id.</summary>
internal sealed class Idempotency(ClientIds clientIds, EventBuffer events)
{
    /// <summary>True where it was done before; then the answer is in the events.</summary>
    public bool WasDone(in Command command, long now)
    {
        if (command.ClientId == UInt128.Zero
            || !clientIds.TryFind(command.Account, command.ClientId, now, out var result))
        {
            return false;
        }

        if (result == 0)
        {
            events.Reject(command, ReasonCode.ClientIdTooOld);
            return true;
        }

        ref var e = ref events.Add(EventType.Duplicate);
        e.Order = result;
        e.Account = command.Account;
        e.Instrument = command.Instrument;
        return true;
    }

    /// <summary>It is done now.</summary>
    /// <param name="command">What was asked for.</param>
    /// <param name="now">The time in nanoseconds.</param>
    /// <param name="result">What came of it; not 0.</param>
    public void Note(in Command command, long now, long result)
    {
        if (command.ClientId != UInt128.Zero)
        {
            clientIds.Add(new ClientIdUse(command.Account, now, command.ClientId, result));
        }
    }
}
