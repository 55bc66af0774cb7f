using System.Text;
using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Binance;

/// <summary>Binance spot market streams.</summary>
/// <remarks>web-socket-streams.md; the U/u rule from "How to manage a local order book correctly".</remarks>
internal sealed class BinanceBooth : VenueBooth
{
    private readonly Dictionary<string, BinanceStream> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<int, PairDiffs> _diffs;
    private readonly BinanceRest _rest;
    private readonly JsonFrame _json = new();
    private readonly List<(long AtNanos, ClientLine Line)> _closing = [];
    private readonly long _lifeNanos;

    public BinanceBooth(IReadOnlyList<PairState> pairs, FaultBoard faults, TimeSpan connectionLife)
        : base(Venue.Binance, pairs, faults)
    {
        _diffs = pairs.ToDictionary(pair => pair.Index, pair => new PairDiffs(pair));
        _rest = new BinanceRest(pairs);
        _lifeNanos = connectionLife.Nanos();
    }

    public override bool IsStreamPath(string path) =>
        path is "/ws" or "/stream" || path.StartsWith("/ws/", StringComparison.Ordinal)
        || path.StartsWith("/stream/", StringComparison.Ordinal);

    public override RestAnswer Answer(string path, RestQuery query, long nowNanos) =>
        _rest.Answer(path, query, nowNanos);

    public override void LevelChanged(PairState pair, Side side, long price)
    {
        var diffs = Diffs(pair);
        diffs.Fast.Changes.Add(side, price);
        diffs.Slow.Changes.Add(side, price);
    }

    public override void Traded(PairState pair, TradePrint trade) => Diffs(pair).AddTrade(trade);

    public override bool IsSubscribed(ClientLine line, PairState pair) =>
        _streams.Values.Any(stream => stream.Pair == pair && stream.Lines.Contains(line));

    public override void Flush(long step, long nowNanos)
    {
        foreach (var pair in Pairs)
        {
            if (!Faults.Stands(FaultKind.Freeze, Venue, pair, nowNanos))
            {
                Flush(Diffs(pair), step, nowNanos);
            }
        }

        EndOldLines(nowNanos);
    }

    public override void Receive(ClientLine line, ReadOnlyMemory<byte> message, long nowNanos)
    {
        var session = (BinanceSession)line.Session!;
        if (!session.Allow(nowNanos))
        {
            line.Close(1008, "Too many requests", nowNanos);
            return;
        }

        line.Send(BinanceCommands.Answer(message, line, session, this), FrameKind.Control, null, nowNanos);
    }

    public override bool TryAnnounce(FaultKind kind, Symbol? symbol, long nowNanos)
    {
        if (kind != FaultKind.Shutdown)
        {
            return false;
        }

        var plain = Encoding.ASCII.GetBytes($"{{\"e\":\"serverShutdown\",\"E\":{Stamps.ToMillis(nowNanos)}}}");
        foreach (var line in Lines)
        {
            line.Send(plain, FrameKind.Control, null, nowNanos);
        }

        return true;
    }

    public void Subscribe(ClientLine line, string name)
    {
        var session = (BinanceSession)line.Session!;
        if (session.Streams.Contains(name, StringComparer.Ordinal)
            || session.Streams.Count == TestnetLimits.BinanceStreams)
        {
            return;
        }

        session.Streams.Add(name);
        if (!_streams.TryGetValue(name, out var stream) && BinanceStream.Parse(name, Pairs) is { } made)
        {
            _streams[name] = stream = made;
        }

        stream?.Lines.Add(line);
    }

    public void Unsubscribe(ClientLine line, string name)
    {
        ((BinanceSession)line.Session!).Streams.Remove(name);
        if (_streams.TryGetValue(name, out var stream) && stream.Lines.Remove(line) && stream.Lines.Count == 0)
        {
            _streams.Remove(name);
        }
    }

    protected override void Opened(ClientLine line, string path, RestQuery query, long nowNanos)
    {
        var combined = path.StartsWith("/stream", StringComparison.Ordinal);
        line.Session = new BinanceSession { Combined = combined };
        _closing.Add((line.OpenedNanos + _lifeNanos, line));
        var names = combined ? query["streams"] ?? "" : path.Length > 4 ? path[4..] : "";
        foreach (var name in names.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            Subscribe(line, name);
        }
    }

    protected override void Left(ClientLine line)
    {
        _closing.RemoveAll(entry => entry.Line == line);
        foreach (var name in ((BinanceSession)line.Session!).Streams.ToArray())
        {
            Unsubscribe(line, name);
        }
    }

    private PairDiffs Diffs(PairState pair) => _diffs[pair.Index];

    private void Flush(PairDiffs diffs, long step, long nowNanos)
    {
        var millis = Stamps.ToMillis(nowNanos);
        var pair = diffs.Pair;
        var quoteMoved = diffs.TakeQuoteMove();
        var fastDue = step % (MarketFloor.StepsPerSecond / 10) == 0;
        var slowDue = step % MarketFloor.StepsPerSecond == 0;
        foreach (var stream in _streams.Values)
        {
            if (stream.Pair != pair || stream.Lines.Count == 0 || step % stream.EverySteps != 0)
            {
                continue;
            }

            switch (stream.Flow)
            {
                case BinanceFlow.Trade or BinanceFlow.AggregateTrade:
                    foreach (var trade in diffs.Trades)
                    {
                        var aggregate = stream.Flow == BinanceFlow.AggregateTrade;
                        Send(stream, FrameKind.Trade, nowNanos, json =>
                            BinanceJson.Trade(json, pair, trade, aggregate, millis));
                    }

                    break;
                case BinanceFlow.BookTicker when quoteMoved:
                    Send(stream, FrameKind.Quote, nowNanos, json => BinanceJson.BookTicker(json, pair));
                    break;
                case BinanceFlow.Depth:
                    var chain = stream.EverySteps == MarketFloor.StepsPerSecond ? diffs.Slow : diffs.Fast;
                    if (chain.Changes.Any)
                    {
                        Send(stream, FrameKind.Book, nowNanos, json =>
                            BinanceJson.Depth(json, pair, chain.LastId + 1, chain.Changes, millis));
                    }

                    break;
                case BinanceFlow.PartialDepth:
                    Send(stream, FrameKind.Quote, nowNanos, json => BinanceJson.Snapshot(json, pair, stream.Levels));
                    break;
                case BinanceFlow.Ticker or BinanceFlow.MiniTicker:
                    var mini = stream.Flow == BinanceFlow.MiniTicker;
                    Send(stream, FrameKind.Quote, nowNanos, json => BinanceJson.Ticker(json, pair, mini, millis));
                    break;
                case BinanceFlow.Kline when pair.Bars.Minutes.Count > 0:
                    Send(stream, FrameKind.Quote, nowNanos, json => BinanceJson.Kline(json, pair, stream, millis));
                    break;
            }
        }

        diffs.Trades.Clear();
        if (fastDue)
        {
            diffs.Fast.Flushed(pair.UpdateId);
        }

        if (slowDue)
        {
            diffs.Slow.Flushed(pair.UpdateId);
        }
    }

    private void Send(BinanceStream stream, FrameKind kind, long nowNanos, Action<Utf8JsonWriter> write)
    {
        byte[]? plain = null;
        byte[]? combined = null;
        foreach (var line in stream.Lines)
        {
            if (((BinanceSession)line.Session!).Combined)
            {
                combined ??= Wrapped(stream.Name, write);
                line.Send(combined, kind, stream.Pair, nowNanos);
            }
            else
            {
                plain ??= Plain(write);
                line.Send(plain, kind, stream.Pair, nowNanos);
            }
        }
    }

    private byte[] Plain(Action<Utf8JsonWriter> write)
    {
        write(_json.Begin());
        return _json.End();
    }

    private byte[] Wrapped(string name, Action<Utf8JsonWriter> write)
    {
        var json = _json.Begin();
        json.WriteStartObject();
        json.WriteString("stream", name);
        json.WritePropertyName("data");
        write(json);
        json.WriteEndObject();
        return _json.End();
    }

    private void EndOldLines(long nowNanos)
    {
        foreach (var (_, line) in _closing.FindAll(entry => entry.AtNanos <= nowNanos))
        {
            line.Close(1001, "connection is valid for 24 hours", nowNanos);
        }

        _closing.RemoveAll(entry => entry.AtNanos <= nowNanos);
    }
}
