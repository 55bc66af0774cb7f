using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>
/// Makes markets of descriptions. What is not understood where money depends on it becomes an alert, and the market is
/// not spoken of again until it is understood, or has paid: who won is told whatever alert stands.
/// </summary>
internal sealed partial class MarketCatalog(IOutcomeSink sink, TokenTable tokens, PriceTicks ticks, TimeSpan takerHold)
{
    private const string Exchange = "Polymarket CTF Exchange";

    /// <summary>Signs orders of tokens.</summary>
    public const string SignerV2 = Exchange + "/2";

    /// <summary>Signs orders of tokens of events that exclude each other.</summary>
    public const string SignerV2NegRisk = Exchange + "/2/neg-risk";

    /// <summary>Signs orders of position ids.</summary>
    public const string SignerV3 = Exchange + "/3";

    // Of a market that was over before its rules were understood: it takes no price.
    private static readonly MarketRules NoRules = new() { Bands = [], SizeStepMicro = TickRules.SizeStepMicro };

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _bySlug = new(StringComparer.Ordinal);

    private MarketPhase _engine = MarketPhase.Open;

    /// <summary>What is known of each market.</summary>
    public IEnumerable<Entry> All => _entries.Values;

    public Entry? BySlug(string slug) => _bySlug.GetValueOrDefault(slug);

    public Entry? ById(string conditionId) => _entries.GetValueOrDefault(conditionId);

    public void Take(MarketDraft draft, long nowNanos)
    {
        if (draft.ConditionId.Length == 0)
        {
            // Made, but not on the chain yet: it is asked for again.
            return;
        }

        var entry = EntryOf(draft.ConditionId);
        entry.Draft = draft.EventId.Length == 0 && entry.Draft is { } before
            ? draft with
            {
                EventId = before.EventId, EventMarkets = before.EventMarkets, IsAugmented = before.IsAugmented,
            }
            : entry.Draft is { EventMarkets: > 0 } known && draft.EventMarkets == 0
                ? draft with { EventMarkets = known.EventMarkets }
                : draft;
        _bySlug[draft.Slug] = entry;
        Build(entry, nowNanos);
    }

    public void Take(ClobTerms terms, long nowNanos)
    {
        var entry = EntryOf(terms.ConditionId);
        entry.Terms = terms;
        Build(entry, nowNanos);
    }

    /// <summary>The stream names a tick: it is newer than any description.</summary>
    /// <returns>True where it is another one than before.</returns>
    public bool TakeTick(string conditionId, long tickPpm, long nowNanos)
    {
        var entry = EntryOf(conditionId);
        if (entry.StreamTickPpm == tickPpm)
        {
            return false;
        }

        var known = entry.Market is { Rules.Bands: [var band, ..] } ? band.TickPpm : 0;
        var news = entry.StreamTickPpm != 0 || known != tickPpm;
        entry.StreamTickPpm = tickPpm;
        if (entry.Draft is null && !TickRules.TryBands(tickPpm, out _))
        {
            Alert(entry, "UNKNOWN_TICK", $"tick {Micros.ToText(tickPpm)}", nowNanos);
        }

        Build(entry, nowNanos);
        return news;
    }

    /// <summary>The stream says who won.</summary>
    public void Resolve(string conditionId, string winningToken, long nowNanos)
    {
        // A name is not taken back by a message without one.
        var entry = EntryOf(conditionId);
        entry.WinningToken = winningToken.Length > 0 ? winningToken : entry.WinningToken ?? winningToken;
        Build(entry, nowNanos);
    }

    /// <summary>A price to beat may have become known.</summary>
    public void RefreshPrices(long nowNanos)
    {
        foreach (var entry in _entries.Values)
        {
            if (entry.Market?.Price is { OpensAtStrike: true } price && price.StartNanos <= nowNanos
                && (price.StrikeE8 is null || entry.Draft?.PriceToBeat is not null))
            {
                Build(entry, nowNanos);
            }
        }
    }

    /// <summary>What the venue's matching engine takes now: <see cref="MarketPhase.Open"/> for everything. An open
    /// market takes no more.</summary>
    public void SetEngine(MarketPhase phase, long nowNanos)
    {
        if (_engine == phase)
        {
            return;
        }

        _engine = phase;
        foreach (var entry in _entries.Values)
        {
            if (entry.Market?.Phase is MarketPhase.Open or MarketPhase.PostOnly or MarketPhase.Paused)
            {
                Build(entry, nowNanos);
            }
        }
    }

    /// <summary>Says once more what was said last of a market.</summary>
    public void Repeat(Entry entry, long nowNanos)
    {
        if (entry.Market is { } market)
        {
            Tell(entry, market, isNews: true, nowNanos);
        }
    }

    public void Forget(Entry entry)
    {
        _entries.Remove(entry.ConditionId);
        if (entry.Draft is { } draft)
        {
            _bySlug.Remove(draft.Slug);
        }
    }

    public void Alert(Entry entry, string code, string detail, long nowNanos)
    {
        if (entry.Alert != (code, detail))
        {
            entry.Alert = (code, detail);
            sink.OnAlert(new MarketAlert(Venue.Polymarket, entry.ConditionId, code, detail), nowNanos);
        }
    }

    private Entry EntryOf(string conditionId)
    {
        if (!_entries.TryGetValue(conditionId, out var entry))
        {
            _entries.Add(conditionId, entry = new Entry(conditionId));
        }

        return entry;
    }

    private void Build(Entry entry, long nowNanos)
    {
        if (entry.Draft is not { } draft)
        {
            return;
        }

        var named = Name(entry, draft, nowNanos);
        if (named is not null && Complete(entry, draft, named, nowNanos) is { } market)
        {
            var isNews = market != entry.Market || entry.Alert != default;
            entry.Alert = default;
            Tell(entry, market, isNews, nowNanos);
        }
        else if ((named ?? entry.Market) is { } known && Pays(entry, draft, known) is { } pays)
        {
            // An alert, or a rule that nobody needs any more, keeps nobody from what is his.
            var settled = known with { Phase = MarketPhase.Resolved, YesPaysPpm = pays };
            Tell(entry, settled, settled != entry.Market, nowNanos);
        }
    }

    private void Tell(Entry entry, OutcomeMarket market, bool isNews, long nowNanos)
    {
        if (!isNews)
        {
            return;
        }

        entry.Market = market;
        entry.ToldNanos = nowNanos;
        if (market.Phase is not (MarketPhase.Closed or MarketPhase.Resolved) || entry.IsDeclared)
        {
            tokens.Declare(market.Yes.TokenId, market.No.TokenId, entry.ConditionId);
            entry.IsDeclared = true;
        }

        sink.OnMarket(market, nowNanos);
    }

    // A market as far as its names go: with the rules that were understood last, or none.
    private OutcomeMarket? Name(Entry entry, MarketDraft draft, long nowNanos)
    {
        if (draft.Version is not ("v1" or "v2"))
        {
            Alert(entry, "UNKNOWN_MARKET_VERSION", $"version {Short(draft.Version)} of {draft.Slug}", nowNanos);
            return null;
        }

        if (!TryOutcomes(entry, draft, nowNanos, out var yes, out var no))
        {
            return null;
        }

        return new OutcomeMarket
        {
            Venue = Venue.Polymarket,
            MarketId = entry.ConditionId,
            Slug = draft.Slug,
            Question = draft.Question,
            Yes = new MarketKey(Venue.Polymarket, yes),
            No = new MarketKey(Venue.Polymarket, no),
            Rules = entry.Market?.Rules ?? NoRules,
            Price = entry.Market?.Price,
            Phase = MarketPhase.Hydrating,
            EventId = draft.EventId,
            IsExclusive = IsNegRisk(entry, draft),
            IsAugmented = draft.IsAugmented,
            EventMarkets = draft.EventMarkets,
            OpensNanos = draft.StartNanos,
            ClosesNanos = draft.EndNanos,
        };
    }

    // The market with everything that it is traded by; null where something is missing or not understood.
    private OutcomeMarket? Complete(Entry entry, MarketDraft draft, OutcomeMarket named, long nowNanos)
    {
        if (entry.WinningToken is { Length: > 0 } winner && winner != named.Yes.TokenId && winner != named.No.TokenId)
        {
            Alert(entry, "UNKNOWN_WINNER", $"token {Short(winner)} is of neither outcome of {draft.Slug}", nowNanos);
            return null;
        }

        if ((draft.Stranger ?? entry.Terms?.Stranger) is { } stranger)
        {
            Alert(entry, stranger.Code, $"{stranger.Detail} of {draft.Slug}", nowNanos);
            return null;
        }

        if (!TryRules(entry, draft, nowNanos, out var rules) || !TryPrice(entry, draft, nowNanos, out var price))
        {
            return null;
        }

        var market = named with { Rules = rules, Price = price, YesPaysPpm = Pays(entry, draft, named) };
        return market with { Phase = PhaseOf(entry, draft, market) };
    }

    private bool TryOutcomes(Entry entry, MarketDraft draft, long nowNanos, out string yes, out string no)
    {
        (yes, no) = (string.Empty, string.Empty);
        if (draft.Outcomes.Count != 2)
        {
            Alert(entry, "UNKNOWN_OUTCOMES", $"{draft.Outcomes.Count} outcomes of {draft.Slug}", nowNanos);
            return false;
        }

        if (draft.TokenIds.Count == 0 || draft.TokenIds.Any(id => id.Length == 0))
        {
            // The hydration gap: the ids come later.
            return false;
        }

        if (draft.TokenIds.Count != 2 || draft.TokenIds[0] == draft.TokenIds[1]
            || !draft.TokenIds.All(id => TokenTable.IsSpelling(System.Text.Encoding.UTF8.GetBytes(id))))
        {
            Alert(entry, "BAD_TOKEN_IDS", $"ids of {draft.Slug}", nowNanos);
            return false;
        }

        if (draft.Version == "v2" && !PositionIds.ArePair(draft.TokenIds[0], draft.TokenIds[1]))
        {
            Alert(entry, "BAD_POSITION_ID", $"position ids of {draft.Slug}", nowNanos);
            return false;
        }

        var first = IndexOfYes(draft.Outcomes);
        (yes, no) = (draft.TokenIds[first], draft.TokenIds[1 - first]);

        if (Contradiction(entry, draft) is { } contradiction)
        {
            Alert(entry, "OUTCOME_MISMATCH", contradiction, nowNanos);
            return false;
        }

        return true;
    }

    // The CLOB names each token's outcome in words: it has the last word on which is which.
    private static string? Contradiction(Entry entry, MarketDraft draft)
    {
        foreach (var (token, outcome) in entry.Terms?.Tokens ?? [])
        {
            var index = IndexOf(draft.TokenIds, token);
            if (outcome.Length == 0 && token.Length == 0)
            {
                continue;
            }

            if (index < 0 || !draft.Outcomes[index].Equals(outcome, StringComparison.OrdinalIgnoreCase))
            {
                return $"token {Short(token)} is {Short(outcome)} of {draft.Slug}";
            }
        }

        return null;
    }

    private static int IndexOf(IReadOnlyList<string> ids, string id) => ids[0] == id ? 0 : ids[1] == id ? 1 : -1;

    private static int IndexOfYes(IReadOnlyList<string> outcomes)
    {
        for (var i = 0; i < 2; i++)
        {
            if (outcomes[i].Equals("Yes", StringComparison.OrdinalIgnoreCase)
                || outcomes[i].Equals("Up", StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return outcomes[0].Equals("No", StringComparison.OrdinalIgnoreCase)
            || outcomes[0].Equals("Down", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
    }

    private bool TryRules(Entry entry, MarketDraft draft, long nowNanos, out MarketRules rules)
    {
        rules = null!;
        var terms = entry.Terms;
        var tick = entry.StreamTickPpm != 0 ? entry.StreamTickPpm
            : terms is { TickPpm: > 0 } ? terms.TickPpm
            : draft.TickPpm;
        if (tick == 0 && terms is null)
        {
            return false;
        }

        if (!TickRules.TryBands(tick, out var bands))
        {
            Alert(entry, "UNKNOWN_TICK", $"tick {Micros.ToText(tick)} of {draft.Slug}", nowNanos);
            return false;
        }

        if (!TryFee(entry, draft, nowNanos, out var fee))
        {
            return false;
        }

        var hold = draft.HoldSeconds > 0 ? TimeSpan.FromSeconds(draft.HoldSeconds) : TimeSpan.Zero;
        rules = new MarketRules
        {
            Bands = bands,
            SizeStepMicro = TickRules.SizeStepMicro,
            LeastRestingMicro = terms is { LeastSizeMicro: > 0 } ? terms.LeastSizeMicro : draft.LeastSizeMicro,
            LeastTakingMicros = TickRules.LeastTakingMicros,
            TakingDollarStepMicros = TickRules.TakingDollarStepMicros,
            TakingShareStepMicro = TickRules.TakingShareStepMicro,
            Fee = fee,
            TakerHold = terms is { HoldsTakers: true } && takerHold > hold ? takerHold : hold,
            MayMerge = true,
            Nets = false,
            SigningDomain = draft.Version == "v2" ? SignerV3 : IsNegRisk(entry, draft) ? SignerV2NegRisk : SignerV2,
        };
        return true;
    }

    private bool TryFee(Entry entry, MarketDraft draft, long nowNanos, out FeeCurve fee)
    {
        fee = default;
        if (!FeeRules.TryRead(draft, entry.Terms, out fee, out var problem))
        {
            if (problem is { } found)
            {
                Alert(entry, found.Code, found.Detail, nowNanos);
            }

            return false;
        }

        return true;
    }

    private static bool IsNegRisk(Entry entry, MarketDraft draft) => entry.Terms?.IsNegRisk ?? draft.IsNegRisk;

    // What a YES share pays; null while that is not known, or in doubt.
    private static long? Pays(Entry entry, MarketDraft draft, OutcomeMarket market)
    {
        if (entry.WinningToken is { Length: > 0 } winner)
        {
            return winner == market.Yes.TokenId ? Micros.One : winner == market.No.TokenId ? 0 : null;
        }

        if (!draft.IsClosed || draft is not { OutcomePpm.Count: 2, TokenIds.Count: 2, Outcomes.Count: 2 }
            || Contradiction(entry, draft) is not null)
        {
            return null;
        }

        var first = IndexOf(draft.TokenIds, market.Yes.TokenId);
        if (first < 0 || IndexOf(draft.TokenIds, market.No.TokenId) != 1 - first)
        {
            return null;
        }

        var yes = draft.OutcomePpm[first];
        var no = draft.OutcomePpm[1 - first];

        // Closed is not resolved: until then the prices are those of the last trades.
        return yes + no == Micros.One && (draft.IsResolved || yes is 0 or Micros.One) ? yes : null;
    }

    private MarketPhase PhaseOf(Entry entry, MarketDraft draft, OutcomeMarket market) =>
        market.YesPaysPpm is not null ? MarketPhase.Resolved
        : draft.IsClosed || entry.WinningToken is not null ? MarketPhase.Closed
        : entry.Terms is null ? MarketPhase.Hydrating
        : !(entry.Terms.AcceptsOrders ?? draft.AcceptsOrders) ? MarketPhase.Paused
        : _engine;

    // The tick at the boundary is what the venue settles on; Gamma's number, which comes later, is held against it.
    private bool TryPrice(Entry entry, MarketDraft draft, long nowNanos, out PriceQuestion? price)
    {
        price = PriceRules.Of(draft);
        if (price is not { OpensAtStrike: true })
        {
            return true;
        }

        entry.StrikeE8 ??= ticks.At(price.Asset, price.Oracle, price.Statistic, price.StartNanos);
        if (draft.PriceToBeat is { } said)
        {
            if (entry.StrikeE8 is { } seen && Math.Abs(seen - said.E8) > said.GrainE8)
            {
                Alert(
                    entry,
                    "PRICE_TO_BEAT",
                    $"{draft.Slug}: Gamma says {DecimalText.ToShortText(said.E8, 8)}, the stream said "
                        + DecimalText.ToShortText(seen, 8),
                    nowNanos);
                return false;
            }

            price = price with { StrikeE8 = entry.StrikeE8 ?? said.E8 };
            return true;
        }

        price = price with { StrikeE8 = entry.StrikeE8 };
        return true;
    }

    /// <summary>Some other program's text, as far as it is shown.</summary>
    public static string Short(string text) => text.Length > 40 ? text[..40] : text;
}
