using Strikeline.Kernel;

namespace Strikeline.Prices;

/// <summary>The latest top of book of one instrument, judged for use. Owned by the loop of its
/// <see cref="CompositePrice"/>.</summary>
internal sealed class HeldQuote(Venue venue, Symbol symbol)
{
    /// <summary>A billion: far above any price, and low enough that every product below fits 128 bits.</summary>
    public const long MaxPriceE8 = 100_000_000_000_000_000;

    // Receive stamps are taken on other threads: a stamp may be a little ahead of the time the owner looks at.
    private const long ClockToleranceNanos = Stamps.NanosPerSecond;

    private long _bid;
    private long _ask;
    private long _limitNanos;
    private PriceReason _state = PriceReason.Waiting;

    public Venue Venue => venue;

    public Symbol Symbol => symbol;

    public long MidE8 { get; private set; }

    public long AtNanos { get; private set; }

    public long ChangedAtNanos { get; private set; }

    /// <summary>Takes the newest state.</summary>
    /// <returns>True where bid or ask differ from before.</returns>
    public bool Set(long bid, long ask, int decimals, bool proven, bool live, long atNanos, long limitNanos)
    {
        // A book that was dropped and came back as it was has not moved: an empty or unproven side is no new content.
        var changed = proven && bid > 0 && ask > 0 && (bid != _bid || ask != _ask);
        (_bid, _ask) = changed ? (bid, ask) : (_bid, _ask);
        AtNanos = atNanos < AtNanos - ClockToleranceNanos ? atNanos : Math.Max(AtNanos, atNanos);
        ChangedAtNanos = changed ? AtNanos : ChangedAtNanos;
        _limitNanos = limitNanos;
        var content = ReadMid(bid, ask, decimals);
        _state = (live, proven) switch
        {
            (false, _) => PriceReason.Down,
            (_, false) => PriceReason.Unproven,
            _ => content,
        };
        return changed;
    }

    /// <summary>Why the quote cannot be used at a moment, by what it alone says.</summary>
    public PriceReason ReasonAt(long nowNanos, long staleAfterNanos)
    {
        if (_state != PriceReason.None)
        {
            return _state;
        }

        var age = nowNanos - AtNanos;
        return age < -ClockToleranceNanos ? PriceReason.Clock
            : age > Math.Max(staleAfterNanos, _limitNanos) ? PriceReason.Stale
            : PriceReason.None;
    }

    public long AgeNanos(long nowNanos) => Math.Max(0, nowNanos - AtNanos);

    private PriceReason ReadMid(long bid, long ask, int decimals)
    {
        MidE8 = 0;
        if (bid <= 0 || ask <= 0)
        {
            return PriceReason.Empty;
        }

        if (bid > ask)
        {
            return PriceReason.Crossed;
        }

        if (decimals is < 0 or > DecimalText.MaxDecimals)
        {
            return PriceReason.OutOfRange;
        }

        var mid = ((Int128)bid + ask) * DecimalText.Scale(8) / (2 * (Int128)DecimalText.Scale(decimals));
        if (mid <= 0 || mid > MaxPriceE8)
        {
            return PriceReason.OutOfRange;
        }

        MidE8 = (long)mid;
        return PriceReason.None;
    }
}
