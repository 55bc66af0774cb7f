using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>
/// Knows which markets are wanted now, what has to be asked about them, and when they are over. Windows are found
/// before they start; a market that is described but that the CLOB does not know yet is asked about again. Where
/// something is held, a market is wanted until it has paid, however long it is over.
/// </summary>
/// <remarks>Under the feed's lock.</remarks>
internal sealed class Discovery(PolymarketOptions options, PolymarketDecoder decoder, IHeldMarkets held)
{
    private const long RefreshNanos = 300 * Stamps.NanosPerSecond;
    private const long SoonNanos = 15 * Stamps.NanosPerSecond;
    private const long EventNanos = 60 * Stamps.NanosPerSecond;
    private const long AfterStartNanos = 10 * Stamps.NanosPerSecond;
    private const long HeldEveryNanos = 5 * Stamps.NanosPerSecond;
    private const long RepeatEveryNanos = 30 * Stamps.NanosPerSecond;

    private readonly Dictionary<string, Wanted> _slugs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Wanted> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Wanted> _terms = new(StringComparer.Ordinal);
    private readonly HashSet<string> _over = new(StringComparer.Ordinal);
    private readonly MarketEnds _ends = new(decoder.Catalog, options.FollowAfterEnd);
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);
    private readonly HashSet<string> _heldSlugs = new(StringComparer.Ordinal);

    // Markets where something is held and of which nothing else is known, by condition id.
    private readonly Dictionary<string, Wanted> _conditions = new(StringComparer.Ordinal);
    private long _heldNanos;

    /// <summary>A request that is due.</summary>
    /// <param name="IsClob">To the CLOB; else to Gamma.</param>
    /// <param name="Path">Path and query.</param>
    /// <param name="Wanted">What it is for.</param>
    /// <param name="Event">The event's slug, whose pages may go on; empty otherwise.</param>
    public readonly record struct Request(bool IsClob, string Path, Wanted Wanted, string Event);

    /// <summary>The requests that are due; each is marked as asked.</summary>
    public IEnumerable<Request> Due(long now)
    {
        WantHeld(now);
        Want(now);
        var due = new List<Request>();
        due.AddRange(_slugs.Where(pair => IsDue(pair.Value, now))
            .Select(pair => new Request(
                false, MarketSpeech.MarketPath(pair.Key, pair.Value.IsClosed), pair.Value, string.Empty)));
        due.AddRange(_events.Where(pair => IsDue(pair.Value, now))
            .Select(pair => new Request(
                false, MarketSpeech.EventPath(pair.Key, pair.Value.IsClosed, string.Empty), pair.Value, pair.Key)));
        due.AddRange(_conditions.Where(pair => IsDue(pair.Value, now))
            .Select(pair => new Request(
                false, MarketSpeech.ConditionPath(pair.Key, pair.Value.IsClosed), pair.Value, string.Empty)));
        foreach (var entry in decoder.Catalog.All)
        {
            if (entry.Draft is { TokenIds.Count: 2 } draft && !draft.IsClosed
                && TermsOf(entry.ConditionId) is { } wanted && IsDue(wanted, now))
            {
                due.Add(new Request(true, MarketSpeech.TermsPath(entry.ConditionId), wanted, string.Empty));
            }
        }

        due.ForEach(request => request.Wanted.IsAsked = true);
        return due;
    }

    /// <summary>A request was answered, or was not.</summary>
    public void Answered(Request request, bool succeeded, long now)
    {
        var wanted = request.Wanted;
        wanted.IsAsked = false;
        wanted.Later(now);
        if (!succeeded)
        {
            return;
        }

        if (request.IsClob)
        {
            if (_terms.FirstOrDefault(pair => ReferenceEquals(pair.Value, wanted)).Key is { } id
                && decoder.Catalog.ById(id)?.Terms is not null)
            {
                wanted.Again(now + RefreshNanos);
            }
        }
        else if (request.Event.Length > 0)
        {
            // An event that is not among the open ones is among the closed ones.
            wanted.IsClosed ^= decoder.Described.Count == 0;
            wanted.Again(now + EventNanos);
        }
        else if (_slugs.FirstOrDefault(pair => ReferenceEquals(pair.Value, wanted)).Key is { } slug)
        {
            Answered(decoder.Catalog.BySlug(slug), slug, wanted, now);
        }
        else if (_conditions.FirstOrDefault(pair => ReferenceEquals(pair.Value, wanted)).Key is { } condition)
        {
            var entry = decoder.Catalog.ById(condition);
            Answered(entry, entry?.Draft?.Slug ?? string.Empty, wanted, now);
        }
    }

    /// <summary>The markets that are over and of no more use.</summary>
    public List<MarketCatalog.Entry> Over(long now)
    {
        foreach (var entry in decoder.Catalog.All)
        {
            entry.IsHeld = _held.Contains(entry.ConditionId);
        }

        var over = _ends.Over(now);
        foreach (var entry in over.Where(entry => !entry.IsKept))
        {
            _terms.Remove(entry.ConditionId);
            if (_slugs.Remove(entry.Draft!.Slug) && options.Slugs.Contains(entry.Draft.Slug))
            {
                _over.Add(entry.Draft.Slug);
            }
        }

        return over;
    }

    private void Answered(MarketCatalog.Entry? entry, string slug, Wanted wanted, long now)
    {
        if (decoder.Described.Contains(slug))
        {
            if (entry is { Market: { } market })
            {
                wanted.Again(NextLook(entry, market, now));
            }
        }
        else if (entry is not null || slug.Length == 0 || options.Slugs.Contains(slug) || _heldSlugs.Contains(slug))
        {
            // It was there, or it should be: what is not among the open ones is among the closed ones.
            wanted.IsClosed = !wanted.IsClosed;
        }
    }

    private static bool IsDue(Wanted wanted, long now) => !wanted.IsAsked && now >= wanted.NextNanos;

    private Wanted? TermsOf(string id)
    {
        if (!_terms.TryGetValue(id, out var wanted))
        {
            _terms.Add(id, wanted = new Wanted());
        }

        return wanted;
    }

    private void WantHeld(long now)
    {
        if (now - _heldNanos < HeldEveryNanos)
        {
            return;
        }

        _heldNanos = now;
        _held.Clear();
        _heldSlugs.Clear();
        foreach (var market in held.Of(Venue.Polymarket))
        {
            _held.Add(market.MarketId);
            var entry = decoder.Catalog.ById(market.MarketId);
            var slug = entry?.Draft?.Slug ?? market.Slug;
            if (slug.Length > 0)
            {
                _heldSlugs.Add(slug);
                _slugs.TryAdd(slug, new Wanted());
            }
            else
            {
                _conditions.TryAdd(market.MarketId, new Wanted());
            }

            // Whoever came to hold it after it was decided has not heard of that.
            if (entry is { Market.Phase: MarketPhase.Resolved } && now - entry.ToldNanos > RepeatEveryNanos)
            {
                decoder.Catalog.Repeat(entry, now);
            }
        }

        foreach (var id in _conditions.Keys.ToArray())
        {
            if (!_held.Contains(id) || decoder.Catalog.ById(id)?.Draft is not null)
            {
                _conditions.Remove(id);
            }
        }
    }

    private void Want(long now)
    {
        var seconds = now / Stamps.NanosPerSecond;
        foreach (var window in options.Windows)
        {
            var length = (long)window.Length.TotalSeconds;
            for (var k = 0; k <= options.WindowsAhead; k++)
            {
                var start = seconds - (seconds % length) + (k * length);
                foreach (var asset in options.Assets)
                {
                    _slugs.TryAdd(window.SlugOf(asset, start), new Wanted());
                }
            }
        }

        foreach (var slug in options.Slugs)
        {
            if (!_over.Contains(slug))
            {
                _slugs.TryAdd(slug, new Wanted());
            }
        }

        foreach (var slug in options.Events)
        {
            _events.TryAdd(slug, new Wanted());
        }

        foreach (var slug in decoder.MadeSlugs)
        {
            if (_slugs.TryGetValue(slug, out var wanted) && decoder.Catalog.BySlug(slug) is null)
            {
                wanted.NextNanos = Math.Min(wanted.NextNanos, now);
            }
        }

        decoder.MadeSlugs.Clear();

        // A window that never came about is not asked for for ever.
        foreach (var window in options.Windows)
        {
            foreach (var slug in _slugs.Keys.ToArray())
            {
                if (StartOf(slug, window) is { } start && decoder.Catalog.BySlug(slug) is null
                    && !_heldSlugs.Contains(slug) && start + (2 * (long)window.Length.TotalSeconds) < seconds)
                {
                    _slugs.Remove(slug);
                }
            }
        }
    }

    private static long? StartOf(string slug, UpDownWindow window)
    {
        var at = slug.IndexOf($"-updown-{window.Name}-", StringComparison.Ordinal);
        return at > 0 && long.TryParse(slug.AsSpan(slug.LastIndexOf('-') + 1), out var start) ? start : null;
    }

    private static long NextLook(MarketCatalog.Entry entry, OutcomeMarket market, long now)
    {
        if (market.Phase == MarketPhase.Resolved)
        {
            return long.MaxValue;
        }

        if (market.ClosesNanos > 0 && now >= market.ClosesNanos)
        {
            return now + SoonNanos;
        }

        var next = now + RefreshNanos;
        if (market.Price is { OpensAtStrike: true } price)
        {
            // Gamma shows the price to beat some seconds after the start: it confirms the one that the stream gave.
            next = now < price.StartNanos ? Math.Min(next, price.StartNanos + AfterStartNanos)
                : entry.Draft?.PriceToBeat is null ? now + SoonNanos
                : next;
        }

        return market.ClosesNanos > 0 ? Math.Min(next, market.ClosesNanos + SoonNanos) : next;
    }
}
