using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>Looks at the books once more before anything is planned: an edge that is gone a moment later was one venue
/// answering before the other, and orders that a venue holds before it matches them would come too late for
/// it.</summary>
/// <remarks>Any thread. Bounded: signals beyond a number that wait at the same time are refused.</remarks>
/// <param name="next">Gets the signals that still stand.</param>
/// <param name="markets">The books.</param>
/// <param name="wait">How long a signal must have stood.</param>
/// <param name="stakeMicros">The most that a plan may spend, in millionths of a dollar: so much depth is
/// needed.</param>
/// <param name="clock">The clock and its timers.</param>
/// <param name="refused">Told of what no longer stands; must return at once.</param>
/// <param name="failed">Told where <paramref name="next"/> has thrown.</param>
public sealed class Preflight(
    ISignalSink next, IMarketReader markets, TimeSpan wait, Func<long> stakeMicros, TimeProvider clock,
    Action<Opportunity> refused, Action<Exception> failed) : ISignalSink
{
    /// <summary>Refusal of an edge that did not stand.</summary>
    public const string Gone = "GONE";

    /// <summary>Refusal where too many signals wait.</summary>
    public const string Busy = "PREFLIGHT_BUSY";

    /// <summary>Most signals that wait at the same time.</summary>
    public const int MostWaiting = 64;

    // A frame that changes several books is written in about a microsecond.
    private const int MostTries = 8;

    private int _waiting;

    /// <inheritdoc/>
    public void OnSignal(TradeSignal signal)
    {
        if (wait <= TimeSpan.Zero)
        {
            next.OnSignal(signal);
            return;
        }

        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            Refuse(signal, Busy);
            return;
        }

        _ = HoldAsync(signal);
    }

    /// <inheritdoc/>
    public void OnRefused(TradeSignal signal, string reason)
    {
        // The log between strategies and this has it already.
    }

    /// <summary>True where every leg can still be had in the size that a plan would take, no worse than the signal
    /// says.</summary>
    internal bool Stands(TradeSignal signal)
    {
        var books = new BookCopy[signal.Legs.Length];
        for (var tries = 0; tries < MostTries; tries++)
        {
            for (var leg = 0; leg < books.Length; leg++)
            {
                if (!markets.TryRead(signal.Legs[leg].Token, books[leg] ??= new BookCopy(), clock.UnixNanos())
                    || books[leg].Refusal != BookRefusal.None)
                {
                    return false;
                }
            }

            if (AreOfOneMoment(books))
            {
                var stake = stakeMicros();
                return Enumerable.Range(0, books.Length).All(leg => CanBeHad(signal.Legs[leg], books[leg], stake));
            }
        }

        return false;
    }

    // The books of different markets have no moment in common.
    private static bool AreOfOneMoment(BookCopy[] books)
    {
        foreach (var book in books)
        {
            var first = Array.Find(books, one => ReferenceEquals(one.Market, book.Market))!;
            if (!book.FitsTo(first))
            {
                return false;
            }
        }

        return true;
    }

    private static bool CanBeHad(SignalLeg leg, BookCopy book, long stake)
    {
        var affordable = leg.PricePpm == 0 ? leg.SizeMicro : (long)((Int128)stake * Micros.One / leg.PricePpm);
        var needed = Math.Min(leg.SizeMicro, affordable);
        foreach (var level in book.Against(leg.Side))
        {
            if (leg.Side == Side.Buy ? level.Price > leg.PricePpm : level.Price < leg.PricePpm)
            {
                break;
            }

            needed -= Math.Min(needed, level.Quantity);
        }

        return needed <= 0;
    }

    private async Task HoldAsync(TradeSignal signal)
    {
        try
        {
            await Task.Delay(wait, clock);
            if (Stands(signal))
            {
                next.OnSignal(signal);
            }
            else
            {
                Refuse(signal, Gone);
            }
        }
        catch (Exception e)
        {
            failed(e);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private void Refuse(TradeSignal signal, string reason) =>
        refused(new Opportunity(clock.UnixNanos(), signal, false, reason));
}
