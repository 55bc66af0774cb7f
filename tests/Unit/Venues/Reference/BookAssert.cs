using System.Globalization;
using Strikeline.Venues;

namespace Strikeline.Unit.Venues.Reference;

/// <summary>Compares a book of the room with a plain one, level by level.</summary>
internal static class BookAssert
{
    /// <summary>
    /// The number of levels and the best <paramref name="most"/> of both sides as exact decimals, or as their texts.
    /// </summary>
    public static void Equal(
        PlainBook plain, FeedInstrument instrument, bool asText, string where, int most = int.MaxValue)
    {
        Side(plain.Bids, instrument.Book.Bids, instrument.Grid, asText, $"{where}, {instrument.Symbol} bids", most);
        Side(plain.Asks, instrument.Book.Asks, instrument.Grid, asText, $"{where}, {instrument.Symbol} asks", most);
    }

    public static decimal Decimal(long value, int decimals) =>
        new(unchecked((int)value), (int)(value >> 32), 0, isNegative: false, (byte)decimals);

    private static void Side(
        SortedDictionary<decimal, decimal> plain, BookSide side, Grid grid, bool asText, string where, int most)
    {
        Assert.True(plain.Count == side.Count, $"{where}: {side.Count} levels, expected {plain.Count}");
        var at = 0;
        foreach (var (price, quantity) in plain)
        {
            if (at == most)
            {
                break;
            }

            var level = side.FromBest(at++);
            var equal = asText
                ? Text(price) == DecimalText.ToShortText(level.Price, grid.PriceDecimals)
                    && Text(quantity) == DecimalText.ToShortText(level.Quantity, grid.QuantityDecimals)
                : price == Decimal(level.Price, grid.PriceDecimals)
                    && quantity == Decimal(level.Quantity, grid.QuantityDecimals);
            if (!equal)
            {
                Assert.Fail($"{where}: level {at - 1} is {level} on {grid}, expected {price} × {quantity}");
            }
        }
    }

    private static string Text(decimal number) => number.ToString("0.##################", CultureInfo.InvariantCulture);
}
