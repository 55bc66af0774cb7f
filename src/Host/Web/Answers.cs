using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Strikeline.Host.Cli;
using Strikeline.Host.Composition;
using Strikeline.Kernel;
using Strikeline.Prices;
using Strikeline.Strikes;
using Strikeline.Venues;

namespace Strikeline.Host.Web;

/// <summary>Makes the answers of every endpoint and channel from the state of the run.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class Answers(RunState run)
{
    private const int ShownLevels = 10;
    private const int ShownTrades = 20;

    /// <summary>The run that the answers are about.</summary>
    public RunState Run => run;

    public HealthAnswer Health()
    {
        var reasons = run.Reports().Where(report => report.State != FeedState.Live)
            .Select(report => $"{report.Venue.Name()} {report.Symbol}: {report.Reason}").ToList();
        var feeds = run.Desks.Sum(desk => desk.Symbols.Count);
        reasons.AddRange(run.Core.Prices.Markets
            .Where(market => market.PriceE8 is null)
            .Select(market => $"{market.Symbol}: {Words(market.Reason)}"));
        if (run.Recording() is { } recording)
        {
            reasons.Add($"recording: {recording}");
        }

        reasons.AddRange(run.Exchange?.Problems ?? []);
        reasons.AddRange(run.Bots?.Problems ?? []);

        if (run.Caches.Problem is { } redis)
        {
            reasons.Add($"redis: {redis}");
        }

        var status = reasons.Count == 0 && feeds > 0 ? "ok"
            : run.Core.Prices.Markets.All(market => market.PriceE8 is null) && UptimeMs() < 10_000 ? "starting"
            : "degraded";
        return new HealthAnswer(status, VersionText.Version, UptimeMs(), run.SourceName, reasons);
    }

    public FeedsAnswer Feeds() =>
        new(Stamps.ToMillis(run.NowNanos), run.SourceName, [.. run.Reports().Select(Row)]);

    public BooksAnswer Books(string asset)
    {
        var now = run.NowNanos;
        var rows = run.Desks
            .SelectMany(desk => desk.Symbols
                .Where(symbol => symbol.Base == asset)
                .Select(symbol => desk.View(symbol, ShownLevels, ShownTrades, now)))
            .OfType<BookView>()
            .Select(view => Row(view, now));
        return new BooksAnswer(asset, Stamps.ToMillis(now), [.. rows]);
    }

    public StatusAnswer Status()
    {
        var ladders = run.Core.LadderSymbols.Select(run.Core.Ladder).OfType<StrikeSnapshot>().ToList();
        var blocked = ladders.Where(ladder => ladder.Reason != PriceReason.None)
            .Select(ladder => Block(Words(ladder.Reason), ladder.Symbol.ToString(), null, null))
            .Concat(run.Reports().Where(report => report.State != FeedState.Live).Select(report => Block(
                report.Reason ?? report.State.ToString(),
                $"{report.Venue.Name()} {report.Symbol}",
                Stamps.ToMillis(report.SinceNanos),
                report.NextStep)));
        return new StatusAnswer(
            run.Epoch, Stamps.ToMillis(run.NowNanos), ladders.Exists(ladder => ladder.Markets.Length > 0),
            run.Bots?.MayTrade ?? false, [.. blocked], run.SourceName, run.Speed, run.Bots is null ? "none" : "paper",
            run.SourceNote(), run.Bots?.StopState);
    }

    public byte[] Prices() => Write(writer => PricesJson.Write(writer, run.Core.Prices));

    /// <summary>The composite of the last seconds; null for a symbol that has none.</summary>
    public HistoryAnswer? History(Symbol symbol, int seconds) =>
        run.Core.Prices.Markets.Any(market => market.Symbol == symbol)
            ? new HistoryAnswer(
                symbol.ToString(),
                Stamps.ToMillis(run.NowNanos),
                [.. run.Core.History.Last(symbol, seconds).Select(one => new PricePoint(
                    one.Second * 1_000, one.PriceE8 / 1e8))])
            : null;

    public KeysAnswer Keys() => new([run.Key], Stamps.ToMillis(run.NowNanos));

    /// <summary>The signed markets of a symbol as a bare array.</summary>
    public bool TryQuotes(Symbol symbol, out byte[] json)
    {
        var ladder = run.Core.Ladder(symbol);
        json = ladder is null ? [] : Write(writer => StrikesJson.WriteMarkets(writer, ladder.Markets));
        return ladder is not null;
    }

    /// <summary>The ladder of a symbol: its signed markets with spot, time and the reason where there are
    /// none.</summary>
    public bool TryMarkets(Symbol symbol, out byte[] json)
    {
        var ladder = run.Core.Ladder(symbol);
        json = ladder is null ? [] : Write(writer => StrikesJson.Write(writer, ladder));
        return ladder is not null;
    }

    /// <summary>One signed market as JSON; null where there is no such quote or its time is over.</summary>
    public ValueTask<ReadOnlyMemory<byte>?> QuoteAsync(string id, CancellationToken cancel) =>
        run.Caches.Local.GetAsync(HotCacheKeys.Quote(id), cancel);

    public bool KnowsAsset(string asset) => run.Desks.Any(desk => desk.Symbols.Any(symbol => symbol.Base == asset));

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using var writer = new Utf8JsonWriter(buffer);
        write(writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static string Words(PriceReason reason) => reason.Text() ?? "WAITING";

    private static BlockRow Block(string reason, string detail, long? since, string? fix)
    {
        var space = reason.IndexOf(' ');
        return space < 0
            ? new BlockRow(reason, detail, since, fix)
            : new BlockRow(reason[..space], $"{detail}: {reason[(space + 1)..]}", since, fix);
    }

    private static long? Age(long lastChangeNanos, long nowNanos) =>
        lastChangeNanos == 0 ? null : Math.Max(0, (nowNanos - lastChangeNanos) / Stamps.NanosPerMilli);

    private long UptimeMs() => (long)Stopwatch.GetElapsedTime(run.StartedTimestamp).TotalMilliseconds;

    private FeedRow Row(FeedReport report)
    {
        var grid = report.Grid;
        string? Price(long value) => value == 0 ? null : DecimalText.ToShortText(value, grid.PriceDecimals);
        string? Quantity(long value) => value == 0 ? null : DecimalText.ToShortText(value, grid.QuantityDecimals);
        var spread = report.Bid.Price == 0 || report.Ask.Price == 0 ? (long?)null : report.Ask.Price - report.Bid.Price;
        return new FeedRow
        {
            Venue = report.Venue.Name(),
            Symbol = report.Symbol.ToString(),
            State = report.State.ToString().ToLowerInvariant(),
            Reason = report.Reason,
            NextStep = report.NextStep,
            AgeMs = Age(report.LastChangeNanos, run.NowNanos),
            Proven = report.Proven,
            Bid = Price(report.Bid.Price),
            BidQuantity = Quantity(report.Bid.Quantity),
            Ask = Price(report.Ask.Price),
            AskQuantity = Quantity(report.Ask.Quantity),
            Spread = spread is { } width ? DecimalText.ToShortText(width, grid.PriceDecimals) : null,
            SpreadBps = spread is { } gap
                ? Math.Round(gap / ((report.Ask.Price + (double)report.Bid.Price) / 2) * 10_000, 4)
                : null,
            LastPrice = Price(report.LastPrice),
            Messages = report.Messages,
            MessagesPerSecond = report.MessagesPerSecond,
            Trades = report.Trades,
            Gaps = report.Gaps,
            Reconnects = report.Reconnects,
        };
    }

    private static BookRow Row(BookView view, long nowNanos)
    {
        var report = view.Report;
        var grid = report.Grid;
        string[] Pair(Level level) =>
        [
            DecimalText.ToShortText(level.Price, grid.PriceDecimals),
            DecimalText.ToShortText(level.Quantity, grid.QuantityDecimals),
        ];
        return new BookRow(
            report.Venue.Name(),
            report.Symbol.ToString(),
            report.State.ToString().ToLowerInvariant(),
            report.Proven,
            report.Reason,
            Age(report.LastChangeNanos, nowNanos),
            [.. view.Bids.Select(Pair)],
            [.. view.Asks.Select(Pair)],
            [.. view.Trades.Select(trade => new TradeRow(
                Stamps.ToMillis(trade.AtNanos),
                DecimalText.ToShortText(trade.Price, grid.PriceDecimals),
                DecimalText.ToShortText(trade.Quantity, grid.QuantityDecimals),
                trade.TakerSide == Side.Buy ? "buy" : "sell"))]);
    }
}
