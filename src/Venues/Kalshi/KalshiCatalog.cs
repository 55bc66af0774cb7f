using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Venues.Kalshi;

/// <summary>What is known of markets, their events and their series, and what of it the sink was told.</summary>
/// <remarks>
/// Feed loop only. A market is told once its event and series are known too, as the fee and the partners stand there.
/// What
/// is not understood of a market is told as an alert of that market; all others go on.
/// </remarks>
internal sealed partial class KalshiCatalog(
    KalshiOptions options, bool takesAll, KalshiBookTable table, KalshiBooks books, IOutcomeSink sink)
{
    /// <summary>How long the outcome of a closed market is waited for.</summary>
    public static readonly TimeSpan MostClosed = TimeSpan.FromHours(24);

    private readonly Dictionary<string, Entry> _markets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SeriesTerms> _series = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventTerms> _events = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KalshiSeries> _watched =
        options.Series.ToDictionary(one => one.Ticker, StringComparer.Ordinal);

    private readonly HashSet<string> _watchedEvents = new(options.Events, StringComparer.Ordinal);
    private bool _isTrading = true;
    private bool _isActive = true;
    private bool _isMaintenance;

    /// <summary>Raised by one whenever a market should be asked for again.</summary>
    public int Asks { get; private set; }

    /// <summary>True where the venue trades now; what stands still while it does not is not frozen.</summary>
    public bool IsTrading => _isTrading && _isActive && !_isMaintenance;

    /// <summary>The markets that were listed, by ticker.</summary>
    public IReadOnlyDictionary<string, Entry> Markets => _markets;

    /// <summary>Markets in which something is held: each is ours, whatever is watched and however long it is over, and
    /// is not forgotten.</summary>
    public IReadOnlySet<string> Held { get; set; } = new HashSet<string>();

    /// <summary>True where the market belongs to what is watched, or something is held in it.</summary>
    public bool IsOurs(string ticker) => IsWatched(ticker) || Held.Contains(ticker);

    /// <summary>True where the lists of what is watched tell of the market while it is open.</summary>
    public bool IsWatched(string ticker) =>
        takesAll || _watched.ContainsKey(KalshiNames.SeriesOf(ticker))
        || _watchedEvents.Any(one => ticker.StartsWith(one, StringComparison.Ordinal));

    /// <summary>True where the series' fee is known.</summary>
    public bool KnowsSeries(string series) => _series.ContainsKey(series);

    /// <summary>True where the event's kind is known and nothing has said that it changed.</summary>
    public bool KnowsEvent(string eventTicker) => _events.TryGetValue(eventTicker, out var terms) && !terms.IsOld;

    /// <summary>The series of an event, as far as is known.</summary>
    public string SeriesOf(string eventTicker) =>
        _events.TryGetValue(eventTicker, out var terms) ? terms.Series : KalshiNames.SeriesOf(eventTicker);

    /// <summary>An answer of REST about markets, events, series or the exchange.</summary>
    public RejectReason OnDocument(JsonElement root, long nanos)
    {
        if (root.TryGetProperty("exchange_active", out var active))
        {
            return OnStatus(root, active, nanos);
        }

        if (root.TryGetProperty("series", out var series))
        {
            return OnSeries(series, nanos);
        }

        if (root.TryGetProperty("event", out var one))
        {
            var reason = OnEvent(one, nanos);
            var nested = root.TryGetProperty("markets", out var beside) ? beside
                : one.ValueKind == JsonValueKind.Object && one.TryGetProperty("markets", out var inside) ? inside
                : default;
            return reason == RejectReason.None && nested.ValueKind == JsonValueKind.Array
                ? OnMarkets(nested, nanos)
                : reason;
        }

        if (root.TryGetProperty("market", out var market))
        {
            return OnListing(market, nanos);
        }

        return root.TryGetProperty("markets", out var markets) ? OnMarkets(markets, nanos) : RejectReason.UnknownShape;
    }

    /// <summary>A message of the lifecycle channel, which tells of every market of the venue.</summary>
    public RejectReason OnLifecycle(JsonElement message, long nanos)
    {
        if (KalshiTerms.Text(message, "market_ticker") is not { Length: > 0 } ticker)
        {
            // Of an event: those are asked for when a market of theirs is found. Its fee may have changed.
            if (KalshiTerms.Text(message, "event_ticker") is { } of && _events.TryGetValue(of, out var known))
            {
                _events[of] = known with { IsOld = true };
                Asks++;
            }

            return RejectReason.None;
        }

        if (!_markets.TryGetValue(ticker, out var entry))
        {
            Asks += IsOurs(ticker) ? 1 : 0;
            return RejectReason.None;
        }

        var type = KalshiTerms.Text(message, "event_type") ?? string.Empty;
        Asks++;
        if (entry.Listing.After(type, message) is not { } after)
        {
            entry.Listing = entry.Listing with
            {
                Puzzle = ("UNKNOWN_ENUM", $"event_type {Quoted(type)} of the lifecycle channel"),
            };
            Judge(entry, nanos);
            return RejectReason.None;
        }

        Learn(entry, after, isCopy: false);
        Judge(entry, nanos);
        return RejectReason.None;
    }

    /// <summary>Time passes: markets close by the clock, as nothing tells of it.</summary>
    public void Expire(long nanos)
    {
        var maintenance = KalshiHours.IsMaintenance(nanos);
        var all = maintenance != _isMaintenance;
        _isMaintenance = maintenance;
        foreach (var entry in _markets.Values)
        {
            if (all || (entry.Phase is MarketPhase.Open or MarketPhase.CancelOnly or MarketPhase.Paused
                && entry.Listing.ClosesNanos != 0 && nanos >= entry.Listing.ClosesNanos))
            {
                Judge(entry, nanos);
            }
        }
    }

    /// <summary>Forgets the markets that are over: their outcome has been known for a while, or was waited for too
    /// long. None in which something is held.</summary>
    public void ForgetOver(long nanos)
    {
        foreach (var (ticker, entry) in _markets.ToArray())
        {
            var isOver = entry.ResolvedNanos != 0 && nanos - entry.ResolvedNanos > options.Linger.Nanos()
                && entry.Told is { Phase: MarketPhase.Resolved };
            var closes = entry.Listing.ClosesNanos;
            if ((isOver || (closes != 0 && nanos - closes > MostClosed.Nanos())) && !Held.Contains(ticker))
            {
                Forget(ticker, nanos);
            }
        }
    }

    /// <summary>Forgets a market.</summary>
    public void Forget(string ticker, long nanos)
    {
        if (!_markets.Remove(ticker, out var entry))
        {
            return;
        }

        table.Remove(ticker);
        var isLast = !_markets.Values.Any(one => one.Listing.EventTicker == entry.Listing.EventTicker);
        if (isLast)
        {
            _events.Remove(entry.Listing.EventTicker);
        }

        sink.OnGone(Venue.Kalshi, ticker, nanos);
    }

    private static string Quoted(string text) => $"\"{(text.Length > 40 ? text[..40] : text)}\"";

    private RejectReason OnStatus(JsonElement root, JsonElement active, long nanos)
    {
        if (active.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
            || !root.TryGetProperty("trading_active", out var trading)
            || trading.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return RejectReason.BadField;
        }

        var changed = _isActive != active.GetBoolean() || _isTrading != trading.GetBoolean();
        _isActive = active.GetBoolean();
        _isTrading = trading.GetBoolean();
        if (changed)
        {
            JudgeAll(_ => true, nanos);
        }

        return RejectReason.None;
    }

    private RejectReason OnSeries(JsonElement json, long nanos)
    {
        if (json.ValueKind != JsonValueKind.Object || KalshiTerms.Text(json, "ticker") is not { } ticker)
        {
            return RejectReason.MissingField;
        }

        _series[ticker] = new SeriesTerms(
            KalshiTerms.Text(json, "fee_type") ?? string.Empty,
            KalshiTerms.TryDecimal(json, "fee_multiplier", Micros.Decimals, out var multiplier) ? multiplier : -1,
            IsSettledByIndex(json),
            KalshiFields.Strange(json));
        JudgeAll(listing => SeriesOf(listing.EventTicker) == ticker, nanos);
        return RejectReason.None;
    }

    private RejectReason OnEvent(JsonElement json, long nanos)
    {
        if (json.ValueKind != JsonValueKind.Object || KalshiTerms.Text(json, "event_ticker") is not { } ticker)
        {
            return RejectReason.MissingField;
        }

        _events[ticker] = new EventTerms(
            KalshiTerms.Text(json, "series_ticker") ?? KalshiNames.SeriesOf(ticker),
            json.TryGetProperty("mutually_exclusive", out var exclusive) && exclusive.ValueKind == JsonValueKind.True,
            KalshiTerms.Text(json, "fee_type_override"),
            KalshiTerms.TryDecimal(json, "fee_multiplier_override", Micros.Decimals, out var multiplier)
                ? multiplier
                : null,
            IsSettledByIndex(json),
            KalshiFields.Strange(json),
            IsOld: false);
        JudgeAll(listing => listing.EventTicker == ticker, nanos);
        return RejectReason.None;
    }

    private static bool IsSettledByIndex(JsonElement json)
    {
        if (!json.TryGetProperty("settlement_sources", out var sources) || sources.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var source in sources.EnumerateArray())
        {
            if (source.ValueKind == JsonValueKind.Object && NamesIndex(KalshiTerms.Text(source, "name")))
            {
                return true;
            }
        }

        return false;
    }

    private static bool NamesIndex(string? text) =>
        text is not null && (text.Contains("CF Benchmarks", StringComparison.OrdinalIgnoreCase)
            || text.Contains("CFBenchmarks", StringComparison.OrdinalIgnoreCase)
            || text.Contains("BRTI", StringComparison.Ordinal));

    private RejectReason OnMarkets(JsonElement list, long nanos)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            return RejectReason.BadField;
        }

        var reason = RejectReason.None;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var grown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var json in list.EnumerateArray())
        {
            if (KalshiListing.Read(json) is { } listing)
            {
                Take(listing, grown, nanos);
                seen.Add(listing.Ticker);
            }
            else
            {
                // One that cannot be read must not cost the others.
                reason = RejectReason.MissingField;
            }
        }

        // Judged when all of them are there: each says how many its event has.
        JudgeAll(one => seen.Contains(one.Ticker) || grown.Contains(one.EventTicker), nanos);
        return reason;
    }

    private RejectReason OnListing(JsonElement json, long nanos)
    {
        if (KalshiListing.Read(json) is not { } listing)
        {
            return RejectReason.MissingField;
        }

        var grown = new HashSet<string>(StringComparer.Ordinal);
        Take(listing, grown, nanos);
        JudgeAll(one => one.Ticker == listing.Ticker || grown.Contains(one.EventTicker), nanos);
        return RejectReason.None;
    }

    private void Take(KalshiListing listing, HashSet<string> grown, long nanos)
    {
        if (!_markets.TryGetValue(listing.Ticker, out var entry))
        {
            if (Held.Contains(listing.Ticker) || (IsWatched(listing.Ticker) && !IsPast(listing, nanos)
                && _markets.Count < VenuesLimits.MaxInstruments))
            {
                _markets.Add(listing.Ticker, new Entry(listing) { SeenNanos = nanos });
                table.Add(listing.Ticker);
                grown.Add(listing.EventTicker);
            }

            return;
        }

        Learn(entry, listing, isCopy: true);
    }

    // Answers may be copies that are older than what the socket or another answer has said since: what has a result
    // does not lose it, and what is final stays. Where another result comes all the same, nobody takes a payout back.
    private static void Learn(Entry entry, KalshiListing listing, bool isCopy)
    {
        var known = entry.Listing;
        var counts = listing.Verdict == KalshiVerdict.Final
            || (!isCopy && listing.Verdict == KalshiVerdict.Provisional);
        if (entry.Told is { Phase: MarketPhase.Resolved, YesPaysPpm: { } paid } && counts && listing.PaysPpm != paid)
        {
            entry.Listing = known with
            {
                Puzzle = (
                    "RESULT_CHANGED",
                    $"{listing.Status} with result {Quoted(listing.Result)} after {known.Result} was final and paid"),
            };
        }
        else if (listing.Verdict == KalshiVerdict.Unknown || listing.Verdict >= known.Verdict)
        {
            entry.Listing = listing;
        }
    }

    // What was over before it was seen, or was seen and forgotten, is not begun again.
    private bool IsPast(KalshiListing listing, long nanos)
    {
        var age = nanos - listing.ClosesNanos;
        var most = listing.Verdict == KalshiVerdict.Final ? options.Linger : MostClosed;
        return !takesAll && listing.ClosesNanos != 0 && age > most.Nanos();
    }

    private void JudgeAll(Func<KalshiListing, bool> which, long nanos)
    {
        foreach (var entry in _markets.Values)
        {
            if (which(entry.Listing))
            {
                Judge(entry, nanos);
            }
        }
    }

    /// <summary>A market and what was told of it.</summary>
    internal sealed class Entry(KalshiListing listing)
    {
        /// <summary>The newest description.</summary>
        public KalshiListing Listing { get; set; } = listing;

        /// <summary>What the sink was told last; null before.</summary>
        public OutcomeMarket? Told { get; set; }

        /// <summary>What it takes now, told or not; null before that is known.</summary>
        public MarketPhase? Phase { get; set; }

        /// <summary>The alert that stands since it was told; null where none does.</summary>
        public (string Code, string Detail)? Alert { get; set; }

        /// <summary>True where its book is of use: it is understood and not over.</summary>
        public bool IsWanted => Alert is null && Phase is MarketPhase.Hydrating or MarketPhase.Open
            or MarketPhase.CancelOnly or MarketPhase.Paused;

        /// <summary>When it was found.</summary>
        public long SeenNanos { get; init; }

        /// <summary>When its outcome was first known; zero before.</summary>
        public long ResolvedNanos { get; set; }
    }

    private sealed record SeriesTerms(string FeeType, long MultiplierPpm, bool ByIndex, string? Strange);

    private sealed record EventTerms(
        string Series, bool IsExclusive, string? FeeType, long? MultiplierPpm, bool ByIndex, string? Strange,
        bool IsOld);
}
