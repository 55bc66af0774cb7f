using System.Runtime.InteropServices;

namespace Strikeline.Exchange;

/// <summary>A name of at most 24 bytes of ASCII, in the record that carries it.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct ListingName
{
    private const int Length = 24;

    private ulong _first;
    private ulong _second;
    private ulong _third;

    /// <summary>The longest name.</summary>
    public static int MaxLength => Length;

    /// <summary>Takes a name over.</summary>
    /// <exception cref="ArgumentException">It is empty, too long, or not printable ASCII.</exception>
    public static ListingName Of(string text)
    {
        if (text.Length is 0 or > Length || text.Any(letter => letter is < '!' or > '~'))
        {
            throw new ArgumentException(
                $"'{text}' is not a name of 1 to {Length} printable ASCII letters", nameof(text));
        }

        var name = default(ListingName);
        var bytes = MemoryMarshal.AsBytes(new Span<ListingName>(ref name));
        for (var i = 0; i < text.Length; i++)
        {
            bytes[i] = (byte)text[i];
        }

        return name;
    }

    /// <summary>The text.</summary>
    public override readonly string ToString()
    {
        var name = this;
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<ListingName>(in name));
        return System.Text.Encoding.ASCII.GetString(bytes).TrimEnd('\0');
    }
}

/// <summary>A command that lists the next asset, under the next number.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct AssetListing
{
    /// <summary>Time of the command in nanoseconds since the Unix epoch.</summary>
    public long AtNanos;

    /// <summary>What people call it: <c>USDC</c>.</summary>
    public ListingName Name;

    /// <summary>Decimals of an amount: 10 to this power atoms are one; at most 18.</summary>
    public int Decimals;

    /// <summary>Of no meaning.</summary>
    private int _padding;
}

/// <summary>A command that lists the next instrument, or gives a listed one other fees, bounds or band.</summary>
/// <remarks>Assets, grid and atoms of a listed instrument never change: orders are counted in them.</remarks>
[StructLayout(LayoutKind.Sequential)]
public struct InstrumentListing
{
    /// <summary>Time of the command in nanoseconds since the Unix epoch.</summary>
    public long AtNanos;

    /// <summary>What people call it: <c>SOL/USDC</c>.</summary>
    public ListingName Name;

    /// <summary>See <see cref="SpotInstrument.BaseAtomsPerLot"/>.</summary>
    public long BaseAtomsPerLot;

    /// <summary>See <see cref="SpotInstrument.QuoteAtomsPerTickLot"/>.</summary>
    public long QuoteAtomsPerTickLot;

    /// <summary>See <see cref="SpotInstrument.MaxQuantity"/>.</summary>
    public long MaxQuantity;

    /// <summary>Its number: that of a listed instrument, or the next one.</summary>
    public int Number;

    /// <summary>See <see cref="SpotInstrument.BaseAsset"/>.</summary>
    public int BaseAsset;

    /// <summary>See <see cref="SpotInstrument.QuoteAsset"/>.</summary>
    public int QuoteAsset;

    /// <summary>See <see cref="SpotInstrument.MaxPrice"/>.</summary>
    public int MaxPrice;

    /// <summary>See <see cref="SpotInstrument.MakerFeePpm"/>.</summary>
    public int MakerFeePpm;

    /// <summary>See <see cref="SpotInstrument.TakerFeePpm"/>.</summary>
    public int TakerFeePpm;

    /// <summary>See <see cref="SpotInstrument.BandPpm"/>.</summary>
    public int BandPpm;

    /// <summary>Of no meaning.</summary>
    private int _padding;

    /// <summary>The terms as a listing.</summary>
    public static InstrumentListing Of(int number, string name, SpotInstrument terms) => new()
    {
        Number = number,
        Name = ListingName.Of(name),
        BaseAsset = terms.BaseAsset,
        QuoteAsset = terms.QuoteAsset,
        BaseAtomsPerLot = terms.BaseAtomsPerLot,
        QuoteAtomsPerTickLot = terms.QuoteAtomsPerTickLot,
        MaxPrice = terms.MaxPrice,
        MaxQuantity = terms.MaxQuantity,
        MakerFeePpm = terms.MakerFeePpm,
        TakerFeePpm = terms.TakerFeePpm,
        BandPpm = terms.BandPpm,
    };

    /// <summary>The terms.</summary>
    public readonly SpotInstrument Terms() => new()
    {
        BaseAsset = BaseAsset,
        QuoteAsset = QuoteAsset,
        BaseAtomsPerLot = BaseAtomsPerLot,
        QuoteAtomsPerTickLot = QuoteAtomsPerTickLot,
        MaxPrice = MaxPrice,
        MaxQuantity = MaxQuantity,
        MakerFeePpm = MakerFeePpm,
        TakerFeePpm = TakerFeePpm,
        BandPpm = BandPpm,
    };
}
