namespace Strikeline.Strikes;

/// <summary>The newest values by key, each until a point in time: what other programs read without asking this
/// one.</summary>
/// <remarks>Any thread. Never the record: whatever is in it can be lost at any time and is made again.</remarks>
public interface IHotCache
{
    /// <summary>What happened so far.</summary>
    HotCacheCounts Counts { get; }

    /// <summary>Holds a value in place of the one before. Takes it and returns: nothing is waited for, and a store that
    /// cannot be reached is no error here.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">JSON in UTF-8; it belongs to the cache from now on and is never changed again.</param>
    /// <param name="expiryMs">When the value goes, in milliseconds since the Unix epoch; one that is past deletes the
    /// key.</param>
    void Set(string key, ReadOnlyMemory<byte> value, long expiryMs);

    /// <summary>Takes a value away that was set here. Nothing is waited for.</summary>
    void Delete(string key);

    /// <summary>The value of a key; null where there is none or its time is over. What was set before is
    /// seen.</summary>
    /// <exception cref="HotCacheException">The store cannot be reached.</exception>
    ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancel);
}

/// <summary>What a hot cache did since it was opened.</summary>
/// <param name="Writes">Values and deletions that the store has taken.</param>
/// <param name="Conflated">Values that a newer one replaced before the store had them.</param>
/// <param name="Dropped">Values that were not taken: the cache was full, or the store refused them.</param>
/// <param name="Entries">Keys that are held now.</param>
/// <param name="IsConnected">Whether the store can be reached.</param>
public readonly record struct HotCacheCounts(
    long Writes, long Conflated, long Dropped, int Entries, bool IsConnected);

/// <summary>The store behind a hot cache cannot be reached; the message is one line without secrets.</summary>
/// <param name="message">What, where and why.</param>
public sealed class HotCacheException(string message) : Exception(message);
