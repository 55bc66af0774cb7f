namespace Strikeline.Storage;

/// <summary>One command to send: a value with its expiry, or without a value a deletion.</summary>
internal readonly record struct RedisWrite(string Key, ReadOnlyMemory<byte>? Value, long ExpiryMs);

/// <summary>
/// Everything that Redis should hold, and which of it must be sent: the newest value of each key, at most once.
/// </summary>
/// <remarks>Any thread; the lock is held for short work in memory only. Points in time are milliseconds since the Unix
/// epoch.</remarks>
internal sealed class RedisOutbox(int maxEntries, long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Item> _items = new(StringComparer.Ordinal);
    private Queue<Item> _waiting = new();
    private long _bytes;
    private long _conflated;
    private long _dropped;

    /// <summary>Keys held, values replaced before they were sent, and values that found no room.</summary>
    public (int Entries, long Conflated, long Dropped) Counts
    {
        get
        {
            lock (_gate)
            {
                return (_items.Count, _conflated, _dropped);
            }
        }
    }

    public void Set(string key, ReadOnlyMemory<byte> value, long expiryMs, long nowMs)
    {
        if (expiryMs <= nowMs)
        {
            Delete(key);
            return;
        }

        lock (_gate)
        {
            var item = _items.GetValueOrDefault(key);
            var bytes = _bytes + value.Length - (item?.Value?.Length ?? 0);
            if (bytes > maxBytes || (item is null && _items.Count >= maxEntries))
            {
                _dropped++;
                return;
            }

            item ??= _items[key] = new Item(key);
            _bytes = bytes;
            item.Value = value;
            item.ExpiryMs = expiryMs;
            item.GoneMs = Math.Max(item.GoneMs, expiryMs);
            Enqueue(item);
        }
    }

    public void Delete(string key)
    {
        lock (_gate)
        {
            if (_items.TryGetValue(key, out var item) && item.Value is { } value)
            {
                _bytes -= value.Length;
                item.Value = null;
                Enqueue(item);
            }
        }
    }

    /// <summary>Takes what waits, up to a number of bytes of values.</summary>
    /// <returns>True where nothing waits any more.</returns>
    public bool Take(List<RedisWrite> into, long mostBytes, long nowMs)
    {
        lock (_gate)
        {
            while (mostBytes > 0 && _waiting.TryDequeue(out var item))
            {
                if (!IsHeld(item))
                {
                    continue;
                }

                item.IsWaiting = false;
                if (item.GoneMs <= nowMs)
                {
                    Remove(item);
                    continue;
                }

                // An older value with a later expiry may still be there when this one's time is over.
                var value = item.ExpiryMs > nowMs ? item.Value : null;
                into.Add(new RedisWrite(item.Key, value, item.ExpiryMs));
                mostBytes -= item.Key.Length + (value?.Length ?? 0);
            }

            return _waiting.Count == 0;
        }
    }

    /// <summary>Redis has taken them: deletions and older values need not be remembered any longer.</summary>
    public void Answered(List<RedisWrite> writes)
    {
        lock (_gate)
        {
            foreach (var write in writes)
            {
                if (!_items.TryGetValue(write.Key, out var item) || item.IsWaiting)
                {
                    continue;
                }

                if (write.Value is null)
                {
                    Remove(item);
                }
                else
                {
                    item.GoneMs = item.ExpiryMs;
                }
            }
        }
    }

    /// <summary>Sends all that is alive again: what Redis holds is unknown.</summary>
    public void SendAll(long nowMs)
    {
        lock (_gate)
        {
            Prune(nowMs);
            foreach (var item in _items.Values)
            {
                item.IsWaiting = true;
            }

            _waiting = new Queue<Item>(_items.Values);
        }
    }

    /// <summary>Forgets what is over.</summary>
    public void Forget(long nowMs)
    {
        lock (_gate)
        {
            Prune(nowMs);
            if (_waiting.Count > _items.Count)
            {
                _waiting = new Queue<Item>(_waiting.Where(IsHeld));
            }
        }
    }

    // The lock is held by the caller of each method below.
    private void Enqueue(Item item)
    {
        if (item.IsWaiting)
        {
            _conflated++;
            return;
        }

        item.IsWaiting = true;
        _waiting.Enqueue(item);
    }

    private void Prune(long nowMs)
    {
        foreach (var item in _items.Values.Where(item => item.GoneMs <= nowMs))
        {
            Remove(item);
        }
    }

    private void Remove(Item item)
    {
        _bytes -= item.Value?.Length ?? 0;
        _items.Remove(item.Key);
    }

    private bool IsHeld(Item item) => _items.TryGetValue(item.Key, out var held) && ReferenceEquals(held, item);

    private sealed class Item(string key)
    {
        public string Key => key;

        /// <summary>Null where the key shall go.</summary>
        public ReadOnlyMemory<byte>? Value { get; set; }

        public long ExpiryMs { get; set; }

        /// <summary>The latest expiry of any value that Redis may hold: then the key is gone in any case.</summary>
        public long GoneMs { get; set; }

        public bool IsWaiting { get; set; }
    }
}
