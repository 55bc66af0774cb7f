using System.Buffers.Binary;
using System.Security.Cryptography;
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

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Dictionary<Symbol, byte[]> _names = [];
    private int _length;

    /// <summary>The hash of all events so far, in lower-case hexadecimal.</summary>
    public string Value
    {
        get
        {
            Flush();
            return Convert.ToHexStringLower(_hash.GetCurrentHash());
        }
    }

    /// <inheritdoc/>
    public void OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos)
    {
        Begin((byte)e.Kind, instrument, receivedNanos);
        Add((long)e.TakerSide);
        Add(e.VenueTimeNanos);
        Add(e.Price);
        Add(e.Quantity);
        Add(e.AskPrice);
        Add(e.AskQuantity);
        Add(e.LastId);
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
        Add(e.VenueTimeNanos);
        Add(e.FirstId);
        Add(e.LastId);
        Add(bids.Length);
        Add(asks.Length);
        Add(bids);
        Add(asks);
    }

    /// <inheritdoc/>
    public void OnProof(FeedInstrument instrument, long receivedNanos)
    {
        Begin(ProofTag, instrument, receivedNanos);
        Add((long)instrument.Proof);
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

        Reserve(3 + name.Length);
        _buffer[_length++] = kind;
        _buffer[_length++] = (byte)instrument.Venue;
        _buffer[_length++] = (byte)name.Length;
        name.CopyTo(_buffer.AsSpan(_length));
        _length += name.Length;
        Add(receivedNanos);
    }

    private void Add(ReadOnlySpan<Level> levels)
    {
        foreach (var level in levels)
        {
            Add(level.Price);
            Add(level.Quantity);
        }
    }

    private void Add(long value)
    {
        Reserve(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_length), value);
        _length += sizeof(long);
    }

    private void Reserve(int bytes)
    {
        if (_length + bytes > _buffer.Length)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _length);
        _length = 0;
    }
}
