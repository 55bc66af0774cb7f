using Strikeline.Crypto;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kraken;

/// <summary>The checksum of Kraken's book channel.</summary>
/// <remarks>
/// docs.kraken.com, "Book checksum (WebSocket v2)": top ten asks from low to high, then top ten bids from high to low,
/// price then quantity at the pair's precision without the point and without leading zeros, CRC-32 over it all.
/// </remarks>
internal static class KrakenChecksum
{
    private const int Depth = 10;

    public static uint Of(TopicBook book) => Of(book.Sent(Side.Sell), book.Sent(Side.Buy));

    public static uint Of(IReadOnlyList<Level> asks, IReadOnlyList<Level> bids)
    {
        var sum = default(Crc32);
        foreach (var levels in (ReadOnlySpan<IReadOnlyList<Level>>)[asks, bids])
        {
            for (var rank = 0; rank < Math.Min(Depth, levels.Count); rank++)
            {
                Add(ref sum, levels[rank].Price);
                Add(ref sum, levels[rank].Quantity);
            }
        }

        return sum.Value;
    }

    // Without its point and its leading zeros a decimal is just its integer on the grid.
    private static void Add(ref Crc32 sum, long value)
    {
        Span<byte> text = stackalloc byte[24];
        var length = DecimalText.Format(value, 0, text);
        sum.Append(text[..length]);
    }
}
