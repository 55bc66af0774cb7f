using System.Numerics;
using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>One token's book as one socket tells it, with a fingerprint of its content that every change
/// updates.</summary>
/// <remarks>
/// The venue numbers nothing, so equality of content is what continuity is judged by: two sockets, or a socket and a
/// REST
/// answer, agree where their fingerprints do. Fingerprints do not depend on the order of levels.
/// </remarks>
internal sealed class TokenBook(MarketKey key, string marketId)
{
    private const int Kept = 32;

    private readonly (ulong Content, long SinceNanos)[] _past = new (ulong, long)[Kept];
    private int _next;

    public OutcomeBook Book { get; } = new(key, marketId);

    /// <summary>True where a whole book came and every change since was taken.</summary>
    public bool IsSynced { get; private set; }

    /// <summary>Fingerprint of all levels; zero for an empty book.</summary>
    public ulong Content { get; private set; }

    /// <summary>When the newest event arrived.</summary>
    public long EventNanos { get; set; }

    /// <summary>When another socket was first seen to know more; zero where none does.</summary>
    public long DivergedNanos { get; set; }

    /// <summary>When the venue's own best prices were first seen to differ; zero where they do not.</summary>
    public long BestDiffersNanos { get; set; }

    /// <summary>The venue's best prices that the book has to come to.</summary>
    public (long Bid, long Ask) Best { get; set; }

    /// <summary>The venue's time of them.</summary>
    public long BestVenueNanos { get; set; }

    /// <summary>When a REST answer differed from all that this book has been of late; zero where none does.</summary>
    public long RestDiffersNanos { get; set; }

    /// <summary>Fingerprint of that answer.</summary>
    public ulong RestContent { get; set; }

    /// <summary>Changes of content since the REST answer.</summary>
    public int ChangesSinceRest { get; set; }

    /// <summary>When a new epoch began; zero where none did.</summary>
    public long EpochNanos { get; set; }

    /// <summary>When the book last became crossed; zero where it is not.</summary>
    public long CrossedNanos { get; set; }

    public bool IsProven => Book.Proof == BookProof.Proven;

    public static ulong ContentOf(ReadOnlySpan<Level> bids, ReadOnlySpan<Level> asks)
    {
        ulong sum = 0;
        foreach (var level in bids)
        {
            sum = unchecked(sum + Mix(Side.Buy, level));
        }

        foreach (var level in asks)
        {
            sum = unchecked(sum + Mix(Side.Sell, level));
        }

        return sum;
    }

    /// <summary>Replaces the book.</summary>
    public void Load(ReadOnlySpan<Level> bids, ReadOnlySpan<Level> asks, long nowNanos)
    {
        Book.Levels.Load(bids, asks);
        IsSynced = true;

        // Of what was kept, not of what was said: a level that stands twice counts once.
        Become(ContentOf(Book.Levels), nowNanos);
    }

    /// <summary>Sets one level.</summary>
    public void Apply(Side side, Level level, long nowNanos)
    {
        var levels = side == Side.Buy ? Book.Levels.Bids : Book.Levels.Asks;
        var before = level with { Quantity = levels.QuantityAt(level.Price) };
        if (before.Quantity == level.Quantity)
        {
            return;
        }

        var changed = new ReadOnlySpan<Level>(in level);
        Book.Levels.Apply(side == Side.Buy ? changed : [], side == Side.Buy ? [] : changed);
        Become(unchecked(Content - Mix(side, before) + Mix(side, level)), nowNanos);
    }

    /// <summary>Empties the book; it waits for a whole one.</summary>
    public void Drop(BookProof proof)
    {
        IsSynced = false;
        Book.Levels.Clear();
        Book.Proof = proof;
        Content = 0;
        _past.AsSpan().Clear();
        _next = 0;
        DivergedNanos = 0;
        BestDiffersNanos = 0;
        RestDiffersNanos = 0;
        CrossedNanos = 0;
    }

    /// <summary>True where the book has had this content at some time after a moment.</summary>
    public bool HasBeen(ulong content, long sinceNanos)
    {
        if (content == Content)
        {
            return true;
        }

        // Each state lasted until the next one began.
        var until = long.MaxValue;
        for (var i = 1; i <= Kept; i++)
        {
            var (state, since) = _past[(_next - i + (2 * Kept)) % Kept];
            if (since == 0)
            {
                return false;
            }

            if (state == content && until >= sinceNanos)
            {
                return true;
            }

            until = since;
        }

        return false;
    }

    private static ulong ContentOf(OrderBook levels)
    {
        ulong sum = 0;
        for (var i = 0; i < levels.Bids.Count; i++)
        {
            sum = unchecked(sum + Mix(Side.Buy, levels.Bids.FromBest(i)));
        }

        for (var i = 0; i < levels.Asks.Count; i++)
        {
            sum = unchecked(sum + Mix(Side.Sell, levels.Asks.FromBest(i)));
        }

        return sum;
    }

    private static ulong Mix(Side side, Level level)
    {
        if (level.Quantity == 0)
        {
            return 0;
        }

        unchecked
        {
            var x = (((ulong)level.Price << 1) | (ulong)side) * 0x9E3779B97F4A7C15;
            x ^= BitOperations.RotateLeft((ulong)level.Quantity * 0xC2B2AE3D27D4EB4F, 29);
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }

    private void Become(ulong content, long nowNanos)
    {
        if (content == Content && _past[(_next + Kept - 1) % Kept].SinceNanos != 0)
        {
            return;
        }

        Content = content;
        ChangesSinceRest++;
        _past[_next] = (content, Math.Max(1, nowNanos));
        _next = (_next + 1) % Kept;
    }
}
