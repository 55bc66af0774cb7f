using Strikeline.Crypto;
using Strikeline.Kernel;
using Strikeline.Venues.Wire;

namespace Strikeline.Venues.Kraken;

/// <summary>
/// Kraken's rule: apply, cut back to the subscribed depth, compare the CRC32 of the ten best levels. The venue sends no
/// sequence, so a frame that could not be read costs every book that it may have concerned.
/// </summary>
internal sealed class KrakenBooks(InstrumentTable instruments, FeedTally tally, IFeedSink sink)
    : BookKeeper(instruments, tally, sink)
{
    private static readonly int[] Depths = [10, 25, 100, 500, 1_000];

    /// <inheritdoc/>
    public override void OnBook(FeedInstrument instrument, in VenueEvent e, FrameEvents frame, long receivedNanos)
    {
        var bids = frame.Bids(e);
        var asks = frame.Asks(e);
        if (e.Depth != 0 && IsSynced(instrument) && e.Depth != instrument.SubscribedDepth)
        {
            // v1 names the depth in each frame: another one is another subscription.
            return;
        }

        if (e.Kind == VenueEventKind.BookSnapshot)
        {
            if (e.Depth != 0 || instrument.SubscribedDepth == 0)
            {
                instrument.SubscribedDepth = e.Depth != 0 ? e.Depth : DepthOf(Math.Max(bids.Length, asks.Length));
            }

            instrument.Book.Load(bids, asks);
            if (e.HasChecksum && !Matches(instrument, e.Checksum))
            {
                Distrust(instrument, e);
                Drop(instrument, BookProof.ChecksumFailed, receivedNanos);
                return;
            }

            Load(instrument, e, bids, asks, receivedNanos);
            return;
        }

        if (!IsSynced(instrument))
        {
            if (instrument.Proof == BookProof.Waiting)
            {
                Prove(instrument, BookProof.AwaitingSnapshot, receivedNanos);
            }

            return;
        }

        instrument.Book.Apply(bids, asks);
        if (instrument.SubscribedDepth != 0)
        {
            instrument.Book.Truncate(instrument.SubscribedDepth);
        }

        if (e.HasChecksum && !Matches(instrument, e.Checksum))
        {
            instrument.Gaps++;
            Distrust(instrument, e);
            Drop(instrument, BookProof.ChecksumFailed, receivedNanos);
            return;
        }

        Announce(instrument, e, bids, asks, receivedNanos);
    }

    /// <inheritdoc/>
    public override void OnRejected(int culprit, long receivedNanos)
    {
        foreach (var instrument in Instruments.All)
        {
            if ((culprit < 0 || culprit == instrument.Index) && IsSynced(instrument))
            {
                Drop(instrument, BookProof.FrameRejected, receivedNanos);
            }
        }
    }

    // v1 tells a pair's precision by the digits of its texts. If those were garbled no checksum ever matches: learn
    // again.
    private static void Distrust(FeedInstrument instrument, in VenueEvent e)
    {
        if (e.Depth != 0)
        {
            instrument.ChecksumPriceDecimals = -1;
            instrument.ChecksumQuantityDecimals = -1;
        }
    }

    private static int DepthOf(int levels)
    {
        foreach (var depth in Depths)
        {
            if (levels <= depth)
            {
                return depth;
            }
        }

        return Depths[^1];
    }

    private bool Matches(FeedInstrument instrument, uint expected)
    {
        Tally.ChecksumsChecked++;
        if (instrument.ChecksumPriceDecimals < 0 && !TryFindPrecision(instrument, expected))
        {
            Tally.ChecksumFailures++;
            return false;
        }

        var matches = KrakenChecksum.TryCompute(
            instrument.Book, instrument.Grid, instrument.ChecksumPriceDecimals, instrument.ChecksumQuantityDecimals,
            out var checksum) && checksum == expected;
        Tally.ChecksumFailures += matches ? 0 : 1;
        return matches;
    }

    // v2 leaves trailing zeros out and the pair's precision in the instrument channel. A recording without that channel
    // still tells: only the right precision makes the snapshot's own checksum come out.
    private static bool TryFindPrecision(FeedInstrument instrument, uint expected)
    {
        for (var price = 0; price <= instrument.Grid.PriceDecimals; price++)
        {
            for (var quantity = (int)instrument.Grid.QuantityDecimals; quantity >= 0; quantity--)
            {
                if (KrakenChecksum.TryCompute(instrument.Book, instrument.Grid, price, quantity, out var checksum)
                    && checksum == expected)
                {
                    instrument.ChecksumPriceDecimals = price;
                    instrument.ChecksumQuantityDecimals = quantity;
                    return true;
                }
            }
        }

        return false;
    }
}

/// <summary>Kraken's book checksum.</summary>
internal static class KrakenChecksum
{
    private const int Levels = 10;

    /// <summary>
    /// CRC32 (IEEE) over the ten best asks from low to high, then the ten best bids from high to low; each level is its
    /// price then its quantity in the pair's precision, without the point and without leading zeros.
    /// </summary>
    /// <returns>False where a number does not fit the precision: such a book has no checksum.</returns>
    public static bool TryCompute(
        OrderBook book, Grid grid, int priceDecimals, int quantityDecimals, out uint checksum)
    {
        Span<byte> text = stackalloc byte[Levels * 2 * 2 * 20];
        var length = 0;
        var fits = priceDecimals <= grid.PriceDecimals && quantityDecimals <= grid.QuantityDecimals
            && TryWrite(book.Asks, grid, priceDecimals, quantityDecimals, text, ref length)
            && TryWrite(book.Bids, grid, priceDecimals, quantityDecimals, text, ref length);
        checksum = fits ? Crc32.Of(text[..length]) : 0;
        return fits;
    }

    private static bool TryWrite(
        BookSide side, Grid grid, int priceDecimals, int quantityDecimals, Span<byte> text, ref int length)
    {
        var priceUnit = DecimalText.Scale(grid.PriceDecimals - priceDecimals);
        var quantityUnit = DecimalText.Scale(grid.QuantityDecimals - quantityDecimals);
        for (var i = 0; i < side.Count && i < Levels; i++)
        {
            var level = side.FromBest(i);
            if (level.Price % priceUnit != 0 || level.Quantity % quantityUnit != 0)
            {
                return false;
            }

            length += DecimalText.Format(level.Price / priceUnit, 0, text[length..]);
            length += DecimalText.Format(level.Quantity / quantityUnit, 0, text[length..]);
        }

        return true;
    }
}
