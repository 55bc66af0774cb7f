using System.IO.Compression;
using System.Numerics;
using Strikeline.Crypto;

namespace Strikeline.Journal;

/// <summary>What one step over a tape met.</summary>
internal enum TapeStep
{
    /// <summary>The end; nothing follows.</summary>
    End,

    /// <summary>An intact block, unpacked.</summary>
    Block,

    /// <summary>Damage; the next step goes on behind it.</summary>
    Flaw,
}

/// <summary>What a tape's first bytes are.</summary>
internal enum TapeOpening
{
    /// <summary>Not a tape at all.</summary>
    Foreign,

    /// <summary>A tape of this format.</summary>
    Sound,

    /// <summary>A tape with a damaged header.</summary>
    Damaged,

    /// <summary>A tape of a newer format.</summary>
    Newer,
}

/// <summary>Walks the blocks of a tape, around damage; every block it unpacks is whole to the bit.</summary>
internal sealed class TapeBlocks(Stream stream) : IDisposable
{
    private readonly byte[] _head = new byte[TapeFormat.BlockHeadSize];
    private readonly long _length = stream.Length;
    private byte[] _stored = [];
    private byte[] _raw = [];
    private int _rawLength;
    private long _at;
    private int _expected;
    private bool _isIndexKnown = true;
    private bool _isEnded;
    private bool _isOver;

    /// <summary>Bytes of the block at hand.</summary>
    public ReadOnlySpan<byte> Raw => _raw.AsSpan(0, _rawLength);

    /// <summary>Frames in the block at hand.</summary>
    public int Frames { get; private set; }

    /// <summary>The header's time, nanoseconds since the Unix epoch; 0 where the header is damaged.</summary>
    public long CreatedAt { get; private set; }

    /// <summary>Byte offset of the damage that was met last.</summary>
    public long FlawAt { get; private set; }

    /// <summary>What the damage that was met last looks like.</summary>
    public string Flaw { get; private set; } = "";

    /// <summary>Reads the file header and stands at the first block.</summary>
    public TapeOpening Begin()
    {
        var header = _head.AsSpan(0, TapeFormat.HeaderSize);
        var have = ReadAt(0, header);
        _at = TapeFormat.HeaderSize;
        var isMagic = header.StartsWith(TapeFormat.Magic);
        if (have < header.Length)
        {
            Flaw = have == 0 ? "the file is empty" : $"the file has {have} bytes, too few for a tape's header";
            return TapeOpening.Foreign;
        }

        if (TapeFormat.IsHeaderIntact(header) && isMagic)
        {
            var version = TapeFormat.HeaderVersion(header);
            Flaw = $"the format version is {version}";
            CreatedAt = TapeFormat.HeaderCreatedAt(header);
            return version switch
            {
                > TapeFormat.Version => TapeOpening.Newer,
                0 => TapeOpening.Foreign,
                _ => TapeOpening.Sound,
            };
        }

        Flaw = isMagic
            ? "the checksum of the file's header does not match"
            : $"the file begins with {Convert.ToHexStringLower(header[..8])}, which is not a tape's magic number";
        var first = FindBlock(0);
        if (first == _length && !isMagic)
        {
            return TapeOpening.Foreign;
        }

        _at = first;
        return TapeOpening.Damaged;
    }

    /// <summary>Moves to the next intact block or names the damage in front of it.</summary>
    public TapeStep Next()
    {
        if (_isOver)
        {
            return TapeStep.End;
        }

        if (_isEnded)
        {
            _isOver = true;
            return _at == _length
                ? TapeStep.End
                : Meet($"{_length - _at} bytes follow the end mark");
        }

        var have = ReadAt(_at, _head);
        if (have == 0)
        {
            _isOver = true;
            return Meet("the end mark is missing: the recording was cut off here or still goes on");
        }

        if (have < _head.Length)
        {
            _isOver = true;
            return Meet($"the file is cut off inside a block's head, {have} of {_head.Length} bytes are there");
        }

        return TapeBlockHead.TryRead(_head, out var head)
            ? Enter(head)
            : SkipDamage("a block's head is damaged");
    }

    /// <summary>Closes the stream.</summary>
    public void Dispose() => stream.Dispose();

    private TapeStep Enter(in TapeBlockHead head)
    {
        var next = _at + TapeFormat.BlockHeadSize + head.StoredLength;
        if (head.Index != _expected && (_isIndexKnown || head.Index < _expected))
        {
            var expected = _expected;
            if (head.Index > _expected)
            {
                // The block itself may be sound: the next step enters it.
                _expected = head.Index;
                return Meet($"blocks {expected} to {head.Index - 1} are missing");
            }

            var step = Meet($"block {head.Index} stands where block {expected} belongs");
            _at = Math.Min(next, _length);
            return step;
        }

        if (next > _length)
        {
            return SkipDamage(
                $"the file is cut off inside a block, {_length - _at - TapeFormat.BlockHeadSize} of "
                + $"{head.StoredLength} payload bytes are there");
        }

        var flaw = head.IsEnd ? null : Unpack(head);
        var met = flaw is null ? TapeStep.Block : Meet(flaw);
        _expected = checked(head.Index + 1);
        _isIndexKnown = true;
        _at = next;
        if (!head.IsEnd)
        {
            return met;
        }

        _isEnded = true;
        return Next();
    }

    private string? Unpack(in TapeBlockHead head)
    {
        Room(ref _stored, head.StoredLength);
        Room(ref _raw, head.RawLength);
        var stored = _stored.AsSpan(0, head.StoredLength);
        _ = ReadAt(_at + TapeFormat.BlockHeadSize, stored);
        if (Crc32C.Of(stored) != head.PayloadCrc)
        {
            return "the checksum of a block's payload does not match";
        }

        var raw = _raw.AsSpan(0, head.RawLength);
        int written;
        if ((head.Flags & TapeBlockHead.Brotli) == 0)
        {
            stored.CopyTo(raw);
            written = stored.Length;
        }
        else if (!BrotliDecoder.TryDecompress(stored, raw, out written))
        {
            return "a block's payload cannot be unpacked";
        }

        _rawLength = written;
        Frames = head.Frames;
        return written == head.RawLength ? Survey(head) : "a block's payload is shorter than its head says";
    }

    // Every frame is measured before the first is handed out: a block is sound as a whole or not at all.
    private string? Survey(in TapeBlockHead head)
    {
        var rest = Raw;
        var first = long.MaxValue;
        var last = 0L;
        for (var i = 0; i < head.Frames; i++)
        {
            var size = TapeFormat.Measure(rest);
            if (size == 0)
            {
                return $"frame {i} of a block does not fit into it";
            }

            var frame = TapeFormat.ReadFrame(rest);
            if (!TapeFormat.IsKnown((byte)frame.Venue, (byte)frame.Kind))
            {
                return $"frame {i} of a block has venue number {(byte)frame.Venue} and kind number {(byte)frame.Kind}, "
                    + "one of which only a newer program knows";
            }

            first = Math.Min(first, frame.ReceivedAt);
            last = Math.Max(last, frame.ReceivedAt);
            rest = rest[size..];
        }

        return rest.Length == 0 && first == head.FirstAt && last == head.LastAt
            ? null
            : "a block's frames do not agree with its head";
    }

    private TapeStep SkipDamage(string found)
    {
        var step = Meet(found);
        _isIndexKnown = false;
        _at = FindBlock(_at + 1);
        _isOver = _at == _length;
        return step;
    }

    private TapeStep Meet(string found)
    {
        FlawAt = _at;
        Flaw = found;
        return TapeStep.Flaw;
    }

    // The offset of the next head whose checksum holds, or the file's length.
    private long FindBlock(long from)
    {
        var window = new byte[64 << 10];
        while (from + TapeFormat.BlockHeadSize <= _length)
        {
            var have = window.AsSpan(0, ReadAt(from, window));
            if (have.Length < TapeFormat.BlockHeadSize)
            {
                // The file became shorter while it was read.
                return _length;
            }

            for (var i = 0; i + TapeFormat.BlockHeadSize <= have.Length; i++)
            {
                var step = have[i..].IndexOf(TapeBlockHead.Magic);
                if (step < 0 || i + step + TapeFormat.BlockHeadSize > have.Length)
                {
                    break;
                }

                i += step;
                if (TapeBlockHead.TryRead(have[i..], out _))
                {
                    return from + i;
                }
            }

            // The next window begins with the bytes that may hold the start of a head.
            from += have.Length - TapeFormat.BlockHeadSize + 1;
        }

        return _length;
    }

    private int ReadAt(long at, Span<byte> to)
    {
        stream.Position = at;
        return stream.ReadAtLeast(to, to.Length, throwOnEndOfStream: false);
    }

    private static void Room(ref byte[] buffer, int size)
    {
        if (buffer.Length < size)
        {
            buffer = new byte[(int)BitOperations.RoundUpToPowerOf2((uint)size)];
        }
    }
}
