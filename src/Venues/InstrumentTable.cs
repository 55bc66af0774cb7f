using System.Text;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues;

/// <summary>The instruments of one decoder, found by the venue's own spelling without allocating.</summary>
internal sealed class InstrumentTable
{
    private readonly Venue _venue;
    private readonly bool _discover;
    private readonly List<FeedInstrument> _instruments = [];
    private readonly List<byte[]> _names = [];
    private int[] _slots = new int[64];
    private int _last;

    public InstrumentTable(Venue venue, IReadOnlyList<Symbol> symbols, bool discover)
    {
        _venue = venue;
        _discover = discover;
        foreach (var symbol in symbols)
        {
            Add(symbol, WireNames.Of(venue, symbol), open: true);
        }
    }

    public IReadOnlyList<FeedInstrument> All => _instruments;

    public FeedInstrument this[int index] => _instruments[index];

    /// <summary>Finds an instrument; in a recording an unknown one is added where the venue's spelling can be
    /// read.</summary>
    /// <param name="name">The venue's spelling: ASCII, no escapes.</param>
    /// <param name="index">Where it stands; -1 where the result is false.</param>
    public bool TryFind(ReadOnlySpan<byte> name, out int index)
    {
        if (_names.Count > 0 && _names[_last].AsSpan().SequenceEqual(name))
        {
            index = _last;
            return true;
        }

        for (var slot = Hash(name) & (_slots.Length - 1); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            var candidate = _slots[slot] - 1;
            if (_names[candidate].AsSpan().SequenceEqual(name))
            {
                _last = candidate;
                index = candidate;
                return true;
            }
        }

        index = -1;
        if (!_discover || _instruments.Count >= VenuesLimits.MaxInstruments
            || !WireNames.TryRead(_venue, name, out var symbol))
        {
            return false;
        }

        index = Add(symbol, Encoding.ASCII.GetString(name), open: true);
        _last = index;
        return true;
    }

    /// <summary>Finds the instrument that a field of a message names, and notes it as what the frame is
    /// about.</summary>
    /// <returns>Why not: a name that the venue could have written is of another instrument, any other is
    /// garbled.</returns>
    public RejectReason Find(ReadOnlySpan<byte> json, JsonSlice field, FrameEvents into, out int index)
    {
        index = -1;
        if (!field.Exists)
        {
            return RejectReason.MissingField;
        }

        if (!JsonFields.TryText(json, field, out var name))
        {
            return RejectReason.BadField;
        }

        if (!TryFind(name, out index))
        {
            return WireNames.IsSpelling(_venue, name) ? RejectReason.UnknownSymbol : RejectReason.BadField;
        }

        into.Culprit = index;
        return RejectReason.None;
    }

    /// <summary>As <see cref="TryFind"/>, but never adds.</summary>
    public bool TryFindKnown(ReadOnlySpan<byte> name, out int index)
    {
        for (index = 0; index < _names.Count; index++)
        {
            if (name.SequenceEqual(_names[index]))
            {
                return true;
            }
        }

        index = -1;
        return false;
    }

    /// <summary>Fixes the grid of a new instrument by the first price and quantity text seen: never coarser than the
    /// wire's.</summary>
    public void SettleGrid(int index, int priceDecimals, int quantityDecimals)
    {
        var instrument = _instruments[index];
        if (instrument.GridIsOpen)
        {
            instrument.Grid = new Grid(
                (byte)Math.Clamp(priceDecimals, Grid.Wire.PriceDecimals, 12),
                (byte)Math.Clamp(quantityDecimals, Grid.Wire.QuantityDecimals, 12));
            instrument.GridIsOpen = false;
        }
    }

    private static int Hash(ReadOnlySpan<byte> name)
    {
        var hash = 2_166_136_261u;
        foreach (var c in name)
        {
            hash = unchecked((hash ^ c) * 16_777_619u);
        }

        return (int)(hash & 0x7fffffff);
    }

    private int Add(Symbol symbol, string wireName, bool open)
    {
        var index = _instruments.Count;
        _instruments.Add(new FeedInstrument(index, _venue, symbol, wireName, Grid.Wire) { GridIsOpen = open });
        _names.Add(Encoding.ASCII.GetBytes(wireName));
        if (_instruments.Count * 2 > _slots.Length)
        {
            _slots = new int[_slots.Length * 2];
            for (var i = 0; i < index; i++)
            {
                Place(i);
            }
        }

        Place(index);
        return index;
    }

    private void Place(int index)
    {
        var slot = Hash(_names[index]) & (_slots.Length - 1);
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = index + 1;
    }
}
