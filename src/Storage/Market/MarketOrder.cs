using System.Globalization;
using Strikeline.Exchange;

namespace Strikeline.Storage;

/// <summary>Which batch may be stored behind which position.</summary>
internal static class MarketOrder
{
    /// <summary>True where a batch is the next one, false where it is stored already.</summary>
    /// <exception cref="MarketStoreException">Something is missing before it, or a part of it is stored.</exception>
    public static bool IsNext(MarketBatch batch, long position) =>
        batch.FirstSequence == position + 1 && batch.LastSequence > position ? true
        : batch.LastSequence <= position ? false
        : throw new MarketStoreException(string.Create(
            CultureInfo.InvariantCulture,
            $"events {batch.FirstSequence} to {batch.LastSequence} do not follow on {position}, which is stored"));
}
