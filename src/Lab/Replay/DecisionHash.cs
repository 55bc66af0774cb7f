using System.Text;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>
/// SHA-256 over every normalised event in order, all numbers little-endian: kind (1 byte), venue (1), length and ASCII
/// of the symbol, receive time (8), then the event's integers; books with their level counts and levels; proof changes.
/// </summary>
/// <remarks>One thread. Equal input gives equal bytes on every machine and run.</remarks>
public sealed class DecisionHash : IFeedSink, IDisposable
{
    private const byte ProofTag = 0x80;

    private readonly HashWriter _hash = new();
    private readonly Dictionary<Symbol, byte[]> _names = [];

    /// <summary>The hash of all events so far, in lower-case hexadecimal.</summary>
    public string Value => _hash.Value;

    /// <inheritdoc/>
    public void OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos)
    {
        Begin((byte)e.Kind, instrument, receivedNanos);
        _hash.Add((long)e.TakerSide);
        _hash.Add(e.VenueTimeNanos);
        _hash.Add(e.Price);
        _hash.Add(e.Quantity);
        _hash.Add(e.AskPrice);
        _hash.Add(e.AskQuantity);
        _hash.Add(e.LastId);
    }

    /// <inheritdoc/>
    public void OnBook(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos)
    {
        Begin((byte)e.Kind, instrument, receivedNanos);
        _hash.Add(e.VenueTimeNanos);
        _hash.Add(e.FirstId);
        _hash.Add(e.LastId);
        _hash.Add(bids.Length);
        _hash.Add(asks.Length);
        Add(bids);
        Add(asks);
    }

    /// <inheritdoc/>
    public void OnProof(FeedInstrument instrument, long receivedNanos)
    {
        Begin(ProofTag, instrument, receivedNanos);
        _hash.Add((long)instrument.Proof);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Begin(byte kind, FeedInstrument instrument, long receivedNanos)
    {
        if (!_names.TryGetValue(instrument.Symbol, out var name))
        {
            name = Encoding.ASCII.GetBytes(instrument.Symbol.ToString());
            _names.Add(instrument.Symbol, name);
        }

        _hash.AddByte(kind);
        _hash.AddByte((byte)instrument.Venue);
        _hash.AddByte((byte)name.Length);
        _hash.AddBytes(name);
        _hash.Add(receivedNanos);
    }

    private void Add(ReadOnlySpan<Level> levels)
    {
        foreach (var level in levels)
        {
            _hash.Add(level.Price);
            _hash.Add(level.Quantity);
        }
    }
}
