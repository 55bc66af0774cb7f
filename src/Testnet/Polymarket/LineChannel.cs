using System.Text;

namespace Strikeline.Testnet.Polymarket;

/// <summary>One kind of WebSocket of this venue. Under the floor's lock.</summary>
internal abstract class LineChannel(PolymarketFaults faults)
{
    private readonly List<ClientLine> _lines = [];

    public IReadOnlyList<ClientLine> Lines => _lines;

    protected PolymarketFaults Faults { get; } = faults;

    public void Open(ClientLine line, long nowNanos)
    {
        _lines.Add(line);
        Opened(line, nowNanos);
    }

    public void Leave(ClientLine line)
    {
        _lines.Remove(line);
        Left(line);
    }

    /// <summary>A client has sent a text message.</summary>
    public abstract void Receive(ClientLine line, ReadOnlyMemory<byte> message, long nowNanos);

    protected abstract void Opened(ClientLine line, long nowNanos);

    protected virtual void Left(ClientLine line)
    {
    }

    protected void Send(ClientLine line, byte[] bytes, long nowNanos) =>
        line.SendAt(bytes, nowNanos + Faults.DelayNanos(nowNanos));

    protected void Reply(ClientLine line, string text, long nowNanos) =>
        Send(line, Encoding.UTF8.GetBytes(text), nowNanos);
}
