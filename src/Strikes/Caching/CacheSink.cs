using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Strikes;

/// <summary>Keeps ladders and quotes in hot caches, each quote written as JSON once.</summary>
/// <remarks>Owned by the loop of its <see cref="StrikeLoop"/>.</remarks>
/// <param name="caches">The caches; each gets the same bytes.</param>
public sealed class CacheSink(IReadOnlyList<IHotCache> caches) : IMarketSink, IDisposable
{
    private readonly Dictionary<Symbol, Ladder> _ladders = [];
    private readonly QuoteBytes _bytes = new();

    /// <inheritdoc/>
    public void OnMarkets(StrikeSnapshot snapshot, IReadOnlyList<SignedLiveMarket> renewed)
    {
        ref var ladder = ref CollectionsMarshal.GetValueRefOrAddDefault(_ladders, snapshot.Symbol, out _);
        ladder ??= new Ladder(HotCacheKeys.Markets(snapshot.Symbol), caches, _bytes);
        ladder.Forget(Stamps.ToMillis(snapshot.AtNanos));
        ladder.Add(renewed);
        if (snapshot.Markets.IsEmpty)
        {
            ladder.Withdraw();
        }
        else
        {
            ladder.Publish(snapshot.Markets.AsSpan());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    /// <summary>Makes the JSON of one quote in a buffer that is used again.</summary>
    private sealed class QuoteBytes : IDisposable
    {
        private readonly ArrayBufferWriter<byte> _buffer = new(1_024);
        private readonly Utf8JsonWriter _writer;

        public QuoteBytes() => _writer = new Utf8JsonWriter(_buffer);

        public byte[] Of(SignedLiveMarket signed)
        {
            _buffer.ResetWrittenCount();
            _writer.Reset();
            StrikesJson.Write(_writer, signed);
            _writer.Flush();
            return _buffer.WrittenSpan.ToArray();
        }

        public void Dispose() => _writer.Dispose();
    }

    /// <summary>What is in the caches for one symbol.</summary>
    private sealed class Ladder(string key, IReadOnlyList<IHotCache> caches, QuoteBytes bytes)
    {
        // By nonce. The queue has them in the order of signing, in which they also expire, or nearly so.
        private readonly Dictionary<ulong, byte[]> _json = [];
        private readonly Queue<(ulong Nonce, string Key, long ValidUntilMs)> _quotes = new();

        public void Forget(long nowMs)
        {
            while (_quotes.TryPeek(out var oldest) && oldest.ValidUntilMs <= nowMs)
            {
                _quotes.Dequeue();
                _json.Remove(oldest.Nonce);
            }
        }

        public void Add(IReadOnlyList<SignedLiveMarket> renewed)
        {
            foreach (var signed in renewed)
            {
                var market = signed.Market;
                var quote = HotCacheKeys.Quote(market.QuoteId);
                var json = bytes.Of(signed);
                _json.Add(market.Nonce, json);
                _quotes.Enqueue((market.Nonce, quote, market.ValidUntilMs));
                foreach (var cache in caches)
                {
                    cache.Set(quote, json, market.ValidUntilMs);
                }
            }
        }

        public void Publish(ReadOnlySpan<SignedLiveMarket> markets)
        {
            var size = 1 + markets.Length;
            long validUntilMs = 0;
            foreach (var signed in markets)
            {
                size += Json(signed).Length;
                validUntilMs = Math.Max(validUntilMs, signed.Market.ValidUntilMs);
            }

            var array = GC.AllocateUninitializedArray<byte>(size);
            var at = 0;
            foreach (var signed in markets)
            {
                array[at++] = at == 1 ? (byte)'[' : (byte)',';
                var json = Json(signed);
                json.CopyTo(array, at);
                at += json.Length;
            }

            array[at] = (byte)']';
            foreach (var cache in caches)
            {
                cache.Set(key, array, validUntilMs);
            }
        }

        /// <summary>Takes everything away, also the quotes that newer ones had replaced: nobody may read
        /// them.</summary>
        public void Withdraw()
        {
            foreach (var cache in caches)
            {
                cache.Delete(key);
                foreach (var quote in _quotes)
                {
                    cache.Delete(quote.Key);
                }
            }

            _quotes.Clear();
            _json.Clear();
        }

        // A quote may stand in the ladder a little longer than it is valid, when it is forgotten here already.
        private byte[] Json(SignedLiveMarket signed) =>
            _json.TryGetValue(signed.Market.Nonce, out var json) ? json : bytes.Of(signed);
    }
}
