using Strikeline.Kernel;

namespace Strikeline.Testnet;

/// <summary>One venue's side of its protocol: who is connected, what they asked for, what they are sent.</summary>
/// <remarks>Every member is called under the floor's lock.</remarks>
internal abstract class VenueBooth(Venue venue, IReadOnlyList<PairState> pairs, FaultBoard faults)
{
    private readonly List<ClientLine> _lines = [];

    public Venue Venue { get; } = venue;

    public IReadOnlyList<PairState> Pairs { get; } = pairs;

    public IReadOnlyList<ClientLine> Lines => _lines;

    /// <summary>Paths on which the venue accepts a WebSocket.</summary>
    public abstract bool IsStreamPath(string path);

    /// <summary>A client has connected.</summary>
    public void Connect(ClientLine line, string path, RestQuery query, long nowNanos)
    {
        _lines.Add(line);
        Opened(line, path, query, nowNanos);
    }

    public void Disconnect(ClientLine line)
    {
        _lines.Remove(line);
        Left(line);
    }

    /// <summary>A client has sent a text message.</summary>
    public abstract void Receive(ClientLine line, ReadOnlyMemory<byte> message, long nowNanos);

    /// <summary>Answers an HTTP GET.</summary>
    public abstract RestAnswer Answer(string path, RestQuery query, long nowNanos);

    /// <summary>A level of one of this venue's pairs has changed.</summary>
    public virtual void LevelChanged(PairState pair, Side side, long price)
    {
    }

    /// <summary>A trade on one of this venue's pairs.</summary>
    public abstract void Traded(PairState pair, TradePrint trade);

    /// <summary>Sends what is due at this step.</summary>
    public abstract void Flush(long step, long nowNanos);

    /// <summary>True where the client has asked for anything of the pair.</summary>
    public abstract bool IsSubscribed(ClientLine line, PairState pair);

    /// <summary>
    /// The venue's service restarts or announces that it will; false where this venue has no such event.
    /// </summary>
    public virtual bool TryAnnounce(FaultKind kind, Symbol? symbol, long nowNanos) => false;

    protected FaultBoard Faults { get; } = faults;

    protected abstract void Opened(ClientLine line, string path, RestQuery query, long nowNanos);

    protected abstract void Left(ClientLine line);
}
