using Strikeline.Kernel;

namespace Strikeline.Venues.Polymarket;

/// <summary>
/// Makes markets of descriptions. What is not understood where money depends on it becomes an alert, and the market is
/// not
/// spoken of again until it is understood.
/// </summary>
internal sealed class MarketCatalog(IOutcomeSink sink, TokenTable tokens, PriceTicks ticks, TimeSpan takerHold)
{
    private const string Exchange = "Polymarket CTF Exchange";

    /// <summary>Signs orders of tokens.</summary>
    public const string SignerV2 = Exchange + "/2";

    /// <summary>Signs orders of tokens of events that exclude each other.</summary>
    public const string SignerV2NegRisk = Exchange + "/2/neg-risk";

    /// <summary>Signs orders of position ids.</summary>
    public const string SignerV3 = Exchange + "/3";

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _bySlug = new(StringComparer.Ordinal);

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

        var news = entry.StreamTickPpm != 0 || entry.Market?.Rules.Bands[0].TickPpm != tickPpm;
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
        var entry = EntryOf(conditionId);
        entry.WinningToken = winningToken;
        if (winningToken.Length > 0 && entry.Market is { } market
            && winningToken != market.Yes.TokenId && winningToken != market.No.TokenId)
        {
            Alert(entry, "UNKNOWN_WINNER", $"token {winningToken} is of neither outcome", nowNanos);
            return;
        }

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

        if (draft.Version is not ("v1" or "v2"))
        {
            Alert(entry, "UNKNOWN_MARKET_VERSION", $"version {Short(draft.Version)} of {draft.Slug}", nowNanos);
            return;
        }

        if (!TryOutcomes(entry, draft, nowNanos, out var yes, out var no)
            || !TryRules(entry, draft, nowNanos, out var rules))
        {
            return;
        }

        var market = new OutcomeMarket
        {
            Venue = Venue.Polymarket,
            MarketId = entry.ConditionId,
            Slug = draft.Slug,
            Question = draft.Question,
            Yes = new MarketKey(Venue.Polymarket, yes),
            No = new MarketKey(Venue.Polymarket, no),
            Rules = rules,
            Phase = MarketPhase.Hydrating,
            EventId = draft.EventId,
            IsExclusive = IsNegRisk(entry, draft),
            IsAugmented = draft.IsAugmented,
            EventMarkets = draft.EventMarkets,
            OpensNanos = draft.StartNanos,
            ClosesNanos = draft.EndNanos,
        };
        market = market with { YesPaysPpm = Pays(entry, draft, market) };
        market = market with { Phase = PhaseOf(entry, draft, market) };
        if (!TryPrice(entry, draft, nowNanos, out var price))
        {
            return;
        }

        market = market with { Price = price };
        if (market != entry.Market || entry.Alert != default)
        {
            entry.Alert = default;
            entry.Market = market;
            if (market.Phase is not (MarketPhase.Closed or MarketPhase.Resolved) || entry.IsDeclared)
            {
                tokens.Declare(yes, no, entry.ConditionId);
                entry.IsDeclared = true;
            }

            sink.OnMarket(market, nowNanos);
        }
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

        // The CLOB names each token's outcome in words: it has the last word on which is which.
        foreach (var (token, outcome) in entry.Terms?.Tokens ?? [])
        {
            var index = draft.TokenIds[0] == token ? 0 : draft.TokenIds[1] == token ? 1 : -1;
            if (outcome.Length == 0 && token.Length == 0)
            {
                continue;
            }

            if (index < 0 || !draft.Outcomes[index].Equals(outcome, StringComparison.OrdinalIgnoreCase))
            {
                Alert(entry, "OUTCOME_MISMATCH", $"token {Short(token)} is {Short(outcome)} of {draft.Slug}", nowNanos);
                return false;
            }
        }

        return true;
    }

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
        if (draft.FeeType.Length > 0 && !draft.FeeType.EndsWith("_fees", StringComparison.Ordinal)
            && !draft.FeeType.EndsWith("_fees_v2", StringComparison.Ordinal))
        {
            Alert(entry, "UNKNOWN_FEE", $"fee type {Short(draft.FeeType)} of {draft.Slug}", nowNanos);
            return false;
        }

        if ((entry.Terms?.Fee ?? draft.Fee) is { } said)
        {
            if (said.Exponent is < 0 or > 2 || (said is { Exponent: 0, RatePpm: not 0 })
                || said.RatePpm is < 0 or > Micros.One || !said.TakerOnly)
            {
                Alert(
                    entry,
                    "UNKNOWN_FEE",
                    $"rate {Micros.ToText(said.RatePpm)}, exponent {said.Exponent}, taker only {said.TakerOnly} of "
                        + draft.Slug,
                    nowNanos);
                return false;
            }

            // Five decimals; the rebate is paid once a day from a common pot, so no fill may count on it.
            const long Grain = 10;
            fee = said.RatePpm == 0
                ? default
                : new FeeCurve(FeeKind.Curve, said.RatePpm, said.Exponent, 0, Grain, Grain);
            return true;
        }

        if (!draft.HasFees && entry.Terms is not { HasBaseFee: true })
        {
            return true;
        }

        if (entry.Terms is not null)
        {
            Alert(entry, "UNKNOWN_FEE", $"fees without a schedule on {draft.Slug}", nowNanos);
        }

        return false;
    }

    private static bool IsNegRisk(Entry entry, MarketDraft draft) => entry.Terms?.IsNegRisk ?? draft.IsNegRisk;

    private static long? Pays(Entry entry, MarketDraft draft, OutcomeMarket market)
    {
        if (entry.WinningToken is { Length: > 0 } winner)
        {
            return winner == market.Yes.TokenId ? Micros.One : 0;
        }

        if (!draft.IsClosed || draft.OutcomePpm.Count != 2)
        {
            return null;
        }

        var yes = draft.OutcomePpm[market.Yes.TokenId == draft.TokenIds[0] ? 0 : 1];
        var no = draft.OutcomePpm[market.Yes.TokenId == draft.TokenIds[0] ? 1 : 0];

        // Closed is not resolved: until then the prices are those of the last trades.
        return yes + no == Micros.One && (draft.IsResolved || yes is 0 or Micros.One) ? yes : null;
    }

    private static MarketPhase PhaseOf(Entry entry, MarketDraft draft, OutcomeMarket market) =>
        market.YesPaysPpm is not null ? MarketPhase.Resolved
        : draft.IsClosed || entry.WinningToken is not null ? MarketPhase.Closed
        : entry.Terms is null ? MarketPhase.Hydrating
        : !(entry.Terms.AcceptsOrders ?? draft.AcceptsOrders) ? MarketPhase.Paused
        : MarketPhase.Open;

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

    private static string Short(string text) => text.Length > 40 ? text[..40] : text;

    /// <summary>What is known of one market.</summary>
    internal sealed class Entry(string conditionId)
    {
        public string ConditionId => conditionId;

        public MarketDraft? Draft { get; set; }

        public ClobTerms? Terms { get; set; }

        /// <summary>What the sink was told last; null before.</summary>
        public OutcomeMarket? Market { get; set; }

        /// <summary>True where the market came with an event.</summary>
        public bool IsOfEvent => Draft is { EventMarkets: > 0 };

        public (string Code, string Detail) Alert { get; set; }

        public long StreamTickPpm { get; set; }

        /// <summary>Null while nothing was said; empty where the winner was not named.</summary>
        public string? WinningToken { get; set; }

        /// <summary>The price to beat as the stream said it.</summary>
        public long? StrikeE8 { get; set; }

        /// <summary>True once its tokens are in the table.</summary>
        public bool IsDeclared { get; set; }
    }
}
