using System.Text;
using Strikeline.Crypto;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What there is to trade: windows that roll on, and a few markets of the other kinds.</summary>
/// <remarks>Under the floor's lock.</remarks>
internal sealed class OutcomeCatalog
{
    private const int KeptWindows = 24;

    // Who held a window and was away asks for it afterwards.
    private const long KeptNanos = 12 * 3600 * Stamps.NanosPerSecond;
    private const long DayNanos = 24 * 3600 * Stamps.NanosPerSecond;
    private const long LadderHourNanos = 16 * 3600 * Stamps.NanosPerSecond;
    private const int LadderRungs = 5;

    // Whose windows have a book for each token.
    private const string SplitAsset = "SOL";

    private readonly PolymarketOptions _options;
    private readonly ClobExchange _exchange;
    private readonly PriceOracle _oracle;
    private readonly long _seed;
    private readonly List<OutcomeEvent> _events = [];
    private readonly Dictionary<UInt256, OutcomeMarket> _byToken = [];
    private readonly Dictionary<string, OutcomeMarket> _byCondition = new(StringComparer.Ordinal);
    private long _lastId = 1_557_000;

    public OutcomeCatalog(
        PolymarketOptions options, ClobExchange exchange, PriceOracle oracle, long seed, long nowNanos)
    {
        (_options, _exchange, _oracle, _seed) = (options, exchange, oracle, seed);
        AddStanding(nowNanos);
        Roll(nowNanos, isOpening: true);
    }

    /// <summary>Events, the oldest first; those that closed lately among them.</summary>
    public IReadOnlyList<OutcomeEvent> Events => _events;

    public IEnumerable<OutcomeMarket> Markets => _events.SelectMany(one => one.Markets);

    /// <summary>Markets that are not resolved.</summary>
    public IEnumerable<OutcomeMarket> Open => Markets.Where(market => market.Winner is null && !market.IsPlaceholder);

    public OutcomeMarket? ByToken(string? text) =>
        UInt256.TryParse(text, out var token) ? _byToken.GetValueOrDefault(token) : null;

    public OutcomeMarket? ByToken(UInt256 token) => _byToken.GetValueOrDefault(token);

    public OutcomeMarket? ByCondition(string? id) => id is null ? null : _byCondition.GetValueOrDefault(id);

    public OutcomeMarket? BySlug(string slug) => Markets.FirstOrDefault(market => market.Slug == slug);

    /// <summary>A second has passed: windows open ahead, end, are resolved and forgotten.</summary>
    public void Second(long nowNanos)
    {
        Roll(nowNanos, isOpening: false);
        foreach (var one in _events.Where(one => !one.IsClosed).ToArray())
        {
            if (one.Kind == EventKind.UpDown && one.PriceToBeat == 0 && nowNanos >= one.StartNanos)
            {
                one.PriceToBeat = _oracle.Mean(one.Asset, 60);
            }

            if (nowNanos >= one.EndNanos)
            {
                End(one, nowNanos);
            }
        }

        Prune(nowNanos);
    }

    private void Roll(long nowNanos, bool isOpening)
    {
        foreach (var series in WindowSeries.All)
        {
            var start = nowNanos / series.Nanos * series.Nanos;
            for (var i = 0; i <= series.Ahead; i++)
            {
                AddWindow(series, start + (i * series.Nanos), nowNanos, isOpening);
            }
        }

        var ends = LadderEnd(nowNanos);
        if (!_events.Exists(one => one.Kind == EventKind.Ladder && one.EndNanos == ends))
        {
            AddLadder(ends, nowNanos, isOpening);
        }
    }

    // The next 16:00 UTC that is at least an hour away.
    private static long LadderEnd(long nowNanos)
    {
        var today = (nowNanos / DayNanos * DayNanos) + LadderHourNanos;
        return today - nowNanos > DayNanos / 24 ? today : today + DayNanos;
    }

    private void End(OutcomeEvent one, long nowNanos)
    {
        if (one.FinalPrice == 0 && one.Asset.Length > 0)
        {
            one.FinalPrice = _oracle.Mean(one.Asset, 60);
        }

        foreach (var market in one.Markets)
        {
            _exchange.EndOrders(market, nowNanos);
        }

        if (nowNanos < one.EndNanos + _options.ResolvedAfter.Nanos())
        {
            return;
        }

        var likeliest = one.Markets.MaxBy(market => market.IsPlaceholder ? -1 : market.Fair);
        foreach (var market in one.Markets)
        {
            var isTrue = one.Kind switch
            {
                EventKind.UpDown => one.FinalPrice >= one.PriceToBeat,
                EventKind.Ladder => one.FinalPrice > market.Strike,
                EventKind.Plain => market.Fair >= 0.5,
                _ => market == likeliest,
            };
            _exchange.Resolve(market, isTrue ? OutcomeMarket.Yes : OutcomeMarket.No, nowNanos);
        }
    }

    private void Prune(long nowNanos)
    {
        var closed = _events.FindAll(one => one.IsClosed);
        foreach (var old in closed.GroupBy(one => one.SeriesSlug).SelectMany(series =>
            series.OrderByDescending(one => one.EndNanos).Skip(KeptWindows)
                .Where(one => nowNanos - one.EndNanos > KeptNanos)))
        {
            _events.Remove(old);
            foreach (var market in old.Markets)
            {
                _byCondition.Remove(market.ConditionId);
                _byToken.Remove(market.Tokens[OutcomeMarket.Yes]);
                _byToken.Remove(market.Tokens[OutcomeMarket.No]);
            }
        }
    }

    private void AddWindow(WindowSeries series, long startNanos, long nowNanos, bool isOpening)
    {
        var slug = series.SlugAt(startNanos);
        if (_events.Exists(one => one.Slug == slug))
        {
            return;
        }

        var one = Add(new OutcomeEvent
        {
            Id = NextId(),
            Slug = slug,
            Title = series.TitleAt(startNanos),
            Description = series.Description,
            Kind = EventKind.UpDown,
            Asset = series.Asset,
            SeriesSlug = series.Slug,
            Recurrence = series.Length,
            CreatedNanos = nowNanos,
            StartNanos = startNanos,
            EndNanos = startNanos + series.Nanos,
        });
        AddMarket(one, new Naming(slug, one.Title, ""), nowNanos, isOpening, market => market with
        {
            Fees = FeeSchedule.Crypto,
            HoldsTakers = true,
            Outcomes = ["Up", "Down"],
            IsSplit = series.Asset == SplitAsset,
        });
    }

    private void AddLadder(long endNanos, long nowNanos, bool isOpening)
    {
        var day = JsonForms.At(endNanos).ToString("MMMM d");
        var slug = $"bitcoin-above-on-{day.ToLowerInvariant().Replace(' ', '-')}";
        var one = Add(new OutcomeEvent
        {
            Id = NextId(),
            Slug = slug,
            Title = $"Bitcoin above ___ on {day}?",
            Description =
                "Yes where the 60-second TWAP of Chainlink's BTC/USD at the end is above the price in the title.",
            Kind = EventKind.Ladder,
            Asset = "BTC",
            SeriesSlug = "bitcoin-multi-strikes-daily",
            Recurrence = "daily",
            CreatedNanos = nowNanos,
            StartNanos = endNanos - DayNanos,
            EndNanos = endNanos,
        });
        var centre = (_oracle.Price("BTC") is > 0 and var price ? price : 70_000L * 100_000_000) / 100_000_000;
        var step = Math.Max(500, centre / 60 / 500 * 500);
        for (var rung = 0; rung < LadderRungs; rung++)
        {
            var strike = (centre / step * step) + ((rung - (LadderRungs / 2)) * step);
            AddMarket(
                one, new Naming($"bitcoin-above-{strike}-on-{day.ToLowerInvariant().Replace(' ', '-')}",
                    $"Will the price of Bitcoin be above ${strike:N0} on {day}?", $"{strike:N0}"),
                nowNanos, isOpening,
                market => market with { Fees = FeeSchedule.Crypto, Strike = strike * 100_000_000 });
        }
    }

    private void AddStanding(long nowNanos)
    {
        var ends = (nowNanos / DayNanos * DayNanos) + (30 * DayNanos);
        var plain = Standing(
            "will-the-testnet-fork-this-month", "Will the testnet fork this month?", EventKind.Plain, ends, nowNanos);
        AddMarket(
            plain, new Naming(plain.Slug, plain.Title, ""), nowNanos, true,
            market => market with { Fees = FeeSchedule.Politics });

        var next = Standing(
            "will-position-tokens-be-used", "Will position tokens be used?", EventKind.Plain, ends, nowNanos);
        AddMarket(
            next, new Naming(next.Slug, next.Title, ""), nowNanos, true,
            market => market with { Fees = FeeSchedule.Politics, Version = "v2", Domain = ExchangeDomain.Third });

        var best = Standing(
            "which-coin-gains-most-this-month", "Which coin gains most this month?", EventKind.NegRisk, ends, nowNanos);
        foreach (var name in (string[])["Bitcoin", "Ethereum", "Solana", "XRP"])
        {
            var slug = $"will-{name.ToLowerInvariant()}-gain-most-this-month";
            AddMarket(
                best, new Naming(slug, $"Will {name} gain most this month?", name), nowNanos, true,
                market => market with { Domain = ExchangeDomain.NegRisk });
        }

        var mayor = Standing(
            "next-mayor-of-loopback", "Who will be the next mayor of Loopback?", EventKind.Augmented, ends, nowNanos);
        foreach (var name in (string[])["Ada", "Grace", "Edsger", "Person D", "Other"])
        {
            var slug = $"will-{name.ToLowerInvariant().Replace(' ', '-')}-be-mayor-of-loopback";
            AddMarket(
                mayor, new Naming(slug, $"Will {name} be the next mayor of Loopback?", name), nowNanos, true,
                market => market with
                {
                    Domain = ExchangeDomain.NegRisk,
                    Fees = FeeSchedule.Politics,
                    IsOther = name == "Other",
                    IsPlaceholder = name == "Person D",
                });
        }
    }

    private OutcomeEvent Standing(string slug, string title, EventKind kind, long endNanos, long nowNanos) =>
        Add(new OutcomeEvent
        {
            Id = NextId(),
            Slug = slug,
            Title = title,
            Description = title + " The testnet decides.",
            Kind = kind,
            SeriesSlug = slug,
            CreatedNanos = nowNanos,
            StartNanos = nowNanos,
            EndNanos = endNanos,
        });

    private OutcomeEvent Add(OutcomeEvent one)
    {
        _events.Add(one);
        return one;
    }

    private void AddMarket(
        OutcomeEvent one, Naming naming, long nowNanos, bool isOpening, Func<MarketTerms, MarketTerms> choose)
    {
        var terms = choose(new MarketTerms());
        var third = terms.Version == "v2";
        UInt256[] tokens = [TokenOf(naming.Slug, 0, third), TokenOf(naming.Slug, 1, third)];
        var first = _exchange.Core.TakeBook(nowNanos);
        var market = new OutcomeMarket(terms.IsSplit)
        {
            Event = one,
            Id = NextId(),
            Slug = naming.Slug,
            Question = naming.Question,
            GroupTitle = naming.GroupTitle,
            ConditionId = HashOf("condition/" + naming.Slug),
            QuestionId = HashOf("question/" + naming.Slug),
            Tokens = tokens,
            TokenTexts = [tokens[0].ToString(), tokens[1].ToString()],
            Outcomes = terms.Outcomes,
            Version = terms.Version,
            Domain = terms.Domain,
            Fees = terms.Fees,
            HoldsTakers = terms.HoldsTakers,
            IsOther = terms.IsOther,
            IsPlaceholder = terms.IsPlaceholder,
            Strike = terms.Strike,
            HydratedNanos = isOpening ? nowNanos : nowNanos + _options.HydrationGap.Nanos(),
            Instruments = [first, terms.IsSplit ? _exchange.Core.TakeBook(nowNanos) : first],
        };
        one.Add(market);
        _byCondition[market.ConditionId] = market;
        foreach (var token in tokens)
        {
            _byToken[token] = market;
        }
    }

    private string NextId() => (++_lastId).ToString();

    private string HashOf(string name)
    {
        Span<byte> hash = stackalloc byte[Keccak256.Size];
        Keccak256.Hash(Encoding.UTF8.GetBytes($"{_seed}/{name}"), hash);
        return "0x" + Convert.ToHexStringLower(hash);
    }

    // A position token of the third exchange says its module in the first byte and its outcome in the last, bits 40 to
    // 103 are zero, and all else is the question's.
    private UInt256 TokenOf(string slug, int outcome, bool isPosition)
    {
        var bytes = Convert.FromHexString(HashOf(isPosition ? $"token/{slug}" : $"token/{slug}/{outcome}").AsSpan(2));
        if (isPosition)
        {
            (bytes[0], bytes[31]) = (1, (byte)outcome);
            bytes.AsSpan(19, 8).Clear();
        }

        return UInt256.Read(bytes);
    }

    private sealed record Naming(string Slug, string Question, string GroupTitle);

    private sealed record MarketTerms
    {
        public string[] Outcomes { get; init; } = ["Yes", "No"];

        public string Version { get; init; } = "v1";

        public ExchangeDomain Domain { get; init; } = ExchangeDomain.Plain;

        public FeeSchedule Fees { get; init; } = FeeSchedule.None;

        public bool HoldsTakers { get; init; }

        public bool IsOther { get; init; }

        public bool IsPlaceholder { get; init; }

        public bool IsSplit { get; init; }

        public long Strike { get; init; }
    }
}
