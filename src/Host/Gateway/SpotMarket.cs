using System.Globalization;
using System.Text;
using Strikeline.Exchange;
using Strikeline.Kernel;

namespace Strikeline.Host.Gateway;

/// <summary>A listed asset as people see it.</summary>
/// <param name="Number">The exchange's number.</param>
/// <param name="Name">For example <c>USDC</c>.</param>
/// <param name="Decimals">10 to this power atoms are one.</param>
internal sealed record SpotAsset(int Number, string Name, int Decimals)
{
    /// <summary>Atoms as decimal text.</summary>
    public string Text(long atoms) => atoms < 0
        ? "-" + DecimalText.ToShortText(-atoms, Decimals)
        : DecimalText.ToShortText(atoms, Decimals);
}

/// <summary>A listed instrument as people see it: prices and quantities in decimal text, exact to the grid.</summary>
/// <remarks>Immutable; made from what the exchange has listed.</remarks>
internal sealed class SpotMarket
{
    private const int MostDecimals = 18;

    private readonly int _priceDecimals;
    private readonly long _tick;
    private readonly int _lotDecimals;
    private readonly long _lot;

    private SpotMarket(
        short number, string name, SpotAsset @base, SpotAsset quote, SpotInstrument terms,
        (int Decimals, long Units) tick)
    {
        (Number, Name, Base, Quote, Terms) = (number, name, @base, quote, terms);
        (_priceDecimals, _tick) = tick;
        (_lotDecimals, _lot) = Shortest(@base.Decimals, terms.BaseAtomsPerLot);
    }

    /// <summary>The exchange's number.</summary>
    public short Number { get; }

    /// <summary>For example <c>SOL/USDC</c>.</summary>
    public string Name { get; }

    /// <summary>What is traded.</summary>
    public SpotAsset Base { get; }

    /// <summary>What it is paid in.</summary>
    public SpotAsset Quote { get; }

    /// <summary>As the core knows it.</summary>
    public SpotInstrument Terms { get; }

    /// <summary>One tick as decimal text.</summary>
    public string TickSize => Price(1);

    /// <summary>One lot as decimal text.</summary>
    public string LotSize => Quantity(1);

    /// <summary>Makes one of a listing.</summary>
    /// <exception cref="ArgumentException">Its tick is no decimal number.</exception>
    public static SpotMarket Of(short number, string name, SpotInstrument terms, IReadOnlyList<SpotAsset> assets)
    {
        var (@base, quote) = (assets[terms.BaseAsset], assets[terms.QuoteAsset]);

        // A tick is Q / 10^q of the quote asset for B / 10^b of the base asset.
        for (var decimals = 0; decimals <= MostDecimals; decimals++)
        {
            var shift = @base.Decimals - quote.Decimals + decimals;
            var units = shift >= 0
                ? Int128.DivRem(terms.QuoteAtomsPerTickLot * Power(shift), terms.BaseAtomsPerLot)
                : Int128.DivRem(terms.QuoteAtomsPerTickLot, terms.BaseAtomsPerLot * Power(-shift));
            if (units.Remainder == 0 && units.Quotient > 0 && units.Quotient <= long.MaxValue)
            {
                return new SpotMarket(number, name, @base, quote, terms, (decimals, (long)units.Quotient));
            }
        }

        throw new ArgumentException($"{name}: one tick is no number of {MostDecimals} decimals", nameof(terms));
    }

    /// <summary>Ticks as decimal text.</summary>
    public string Price(long ticks) => DecimalText.ToShortText(ticks * _tick, _priceDecimals);

    /// <summary>Lots as decimal text.</summary>
    public string Quantity(Int128 lots) => WideText(lots * _lot, _lotDecimals);

    /// <summary>The mean price of what has traded, rounded to two decimals more than a tick has; null for
    /// nothing.</summary>
    public string? MeanPrice(Int128 lots, Int128 tickLots)
    {
        const int More = 2;
        if (lots == 0)
        {
            return null;
        }

        var decimals = Math.Min(MostDecimals, _priceDecimals + More);
        var scaled = tickLots * _tick * Power(decimals - _priceDecimals);
        return DecimalText.ToShortText((long)((scaled + (lots / 2)) / lots), decimals);
    }

    /// <summary>A sum of ticks × lots as decimal text in the quote asset.</summary>
    public string Value(Int128 tickLots) => WideText(tickLots * Terms.QuoteAtomsPerTickLot, Quote.Decimals);

    /// <summary>Reads a price; false where it is no decimal number above zero on the grid.</summary>
    public bool TryPrice(ReadOnlySpan<byte> text, out int ticks)
    {
        ticks = 0;
        if (!DecimalText.TryParseJsonNumber(text, _priceDecimals, out var value) || value <= 0 || value % _tick != 0
            || value / _tick > Terms.MaxPrice)
        {
            return false;
        }

        ticks = (int)(value / _tick);
        return true;
    }

    /// <summary>Reads a quantity; false where it is no decimal number above zero on the grid.</summary>
    public bool TryQuantity(ReadOnlySpan<byte> text, out long lots)
    {
        lots = 0;
        if (!DecimalText.TryParseJsonNumber(text, _lotDecimals, out var value) || value <= 0 || value % _lot != 0)
        {
            return false;
        }

        lots = value / _lot;
        return true;
    }

    /// <summary>Reads a sum of the quote asset in its atoms.</summary>
    public bool TryQuote(ReadOnlySpan<byte> text, out long atoms) =>
        DecimalText.TryParseJsonNumber(text, Quote.Decimals, out atoms) && atoms > 0;

    /// <summary>The terms of a market that people describe in decimal text.</summary>
    /// <returns>Null where tick and lot do not go together with the assets; then what is wrong with it.</returns>
    public static (SpotInstrument? Terms, string? Problem) TermsOf(
        SpotAsset @base, SpotAsset quote, string tick, string lot, string maxPrice, string maxQuantity)
    {
        var baseAtoms = Parse(lot, @base.Decimals);
        var tickE18 = Parse(tick, MostDecimals);
        if (baseAtoms is null or 0 || tickE18 is null or 0)
        {
            return (null, $"a lot of '{lot}' {@base.Name}, or a tick of '{tick}', is no amount above zero");
        }

        // One tick for one lot, in atoms of the quote asset.
        var product = Int128.DivRem(
            (Int128)tickE18.Value * baseAtoms.Value * Power(quote.Decimals),
            Power(MostDecimals) * Power(@base.Decimals));
        if (product.Remainder != 0 || product.Quotient == 0 || product.Quotient > long.MaxValue)
        {
            return (null, $"a tick of {tick} for a lot of {lot} is not a whole number of atoms of {quote.Name}");
        }

        var most = Parse(maxPrice, MostDecimals - 9);
        var largest = Parse(maxQuantity, @base.Decimals);
        var ticks = most is null ? 0 : (Int128)most.Value * Power(9) / tickE18.Value;
        return largest is null || ticks <= 0 || ticks > int.MaxValue
            ? (null, $"a highest price of '{maxPrice}' or a largest quantity of '{maxQuantity}' cannot be")
            : (new SpotInstrument
            {
                BaseAsset = @base.Number,
                QuoteAsset = quote.Number,
                BaseAtomsPerLot = baseAtoms.Value,
                QuoteAtomsPerTickLot = (long)product.Quotient,
                MaxPrice = (int)ticks,
                MaxQuantity = largest.Value / baseAtoms.Value,
            }, null);
    }

    private static long? Parse(string text, int decimals) =>
        DecimalText.TryParse(Encoding.UTF8.GetBytes(text), decimals, out var value) ? value : null;

    // Sums over many trades may exceed 64 bits.
    private static string WideText(Int128 value, int decimals)
    {
        var (whole, rest) = Int128.DivRem(value, Power(decimals));
        return rest == 0
            ? whole.ToString(CultureInfo.InvariantCulture)
            : string.Create(
                CultureInfo.InvariantCulture, $"{whole}{DecimalText.ToShortText((long)rest, decimals)[1..]}");
    }

    private static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }

    private static (int Decimals, long Units) Shortest(int decimals, long units)
    {
        while (decimals > 0 && units % 10 == 0)
        {
            (decimals, units) = (decimals - 1, units / 10);
        }

        return (decimals, units);
    }
}
