using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Polymarket;

/// <summary>What can go wrong on command at Polymarket.</summary>
internal enum PolymarketFaultKind
{
    /// <summary>Every WebSocket is cut without a closing handshake, once.</summary>
    Disconnect,

    /// <summary>New connections and requests are refused with 503.</summary>
    Refuse,

    /// <summary>Channels say nothing while pings are answered; of one token where one is named.</summary>
    Freeze,

    /// <summary>Requests and frames come late.</summary>
    Slow,

    /// <summary>Orders and cancellations are lost on the way in, the connection with them.</summary>
    DropRequest,

    /// <summary>Orders and cancellations are done, and the answer is lost with the connection.</summary>
    DropResponse,

    /// <summary>Orders are taken, and answered with 500.</summary>
    ErrorAfter,

    /// <summary>The engine restarts: 425, and afterwards post-only orders alone for a while.</summary>
    Restart,

    /// <summary>Only cancellations are taken.</summary>
    CancelOnly,

    /// <summary>Trades that are matched now fail.</summary>
    Ghost,

    /// <summary>A market gets a tick of 0.001, and 0.01 again where it had it, once.</summary>
    Tick,

    /// <summary>One change of each token's book is lost.</summary>
    Gap,

    /// <summary>One change of each token's book comes twice.</summary>
    Duplicate,

    /// <summary>A frame that is no JSON comes before a change.</summary>
    Garbage,

    /// <summary>Messages, markets and their terms have a field that nobody knows.</summary>
    UnknownField,

    /// <summary>Gamma says a version that nobody knows.</summary>
    UnknownVersion,

    /// <summary>Trades and orders have a status that nobody knows.</summary>
    UnknownEnum,
}

/// <summary>A fault that stands for a time, or for so many hits.</summary>
internal sealed class PolymarketFault(long id, PolymarketFaultKind kind, string? symbol, long untilNanos, int left)
{
    public long Id { get; } = id;

    public PolymarketFaultKind Kind { get; } = kind;

    /// <summary>A token, condition or slug that it is about; null for all.</summary>
    public string? Symbol { get; } = symbol;

    public long UntilNanos { get; } = untilNanos;

    /// <summary>How often it may still strike; -1 for as often as it likes.</summary>
    public int Left { get; private set; } = left;

    public long DelayNanos { get; init; }

    public long Hits { get; private set; }

    /// <summary>What was struck once already.</summary>
    public HashSet<(long Line, string Token)> Struck { get; } = [];

    public bool Stands(long nowNanos) => UntilNanos > nowNanos && Left != 0;

    public void Hit()
    {
        Hits++;
        Left -= Left > 0 ? 1 : 0;
    }
}

/// <summary>The faults that stand now.</summary>
/// <remarks>Under the floor's lock.</remarks>
internal sealed class PolymarketFaults
{
    private const double DefaultSeconds = 10;

    private static readonly string[] Known = ["venue", "fault", "symbol", "seconds", "times", "delay_ms"];

    private readonly List<PolymarketFault> _faults = [];
    private long _lastId;

    public IReadOnlyList<PolymarketFault> Standing => _faults;

    /// <summary>The names of all faults.</summary>
    public static string Names { get; } = string.Join(", ", Enum.GetValues<PolymarketFaultKind>().Select(Name));

    public static string Name(PolymarketFaultKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    public int Clear()
    {
        var count = _faults.Count;
        _faults.Clear();
        return count;
    }

    public void Expire(long nowNanos) => _faults.RemoveAll(fault => !fault.Stands(nowNanos));

    /// <summary>True where a fault of the kind stands for the market, and counts it.</summary>
    public bool Stands(PolymarketFaultKind kind, OutcomeMarket? market, long nowNanos, int token = -1) =>
        Find(kind, market, nowNanos, token) is { } fault && Hit(fault);

    /// <summary>The delay of the slowest standing fault.</summary>
    public long DelayNanos(long nowNanos) =>
        Find(PolymarketFaultKind.Slow, null, nowNanos, -1) is { } slow && Hit(slow) ? slow.DelayNanos : 0;

    /// <summary>True where a fault of the kind stands that has not struck this line and token yet.</summary>
    public bool TakeOnce(PolymarketFaultKind kind, OutcomeMarket market, int token, long line, long nowNanos) =>
        Find(kind, market, nowNanos, token) is { } fault
        && fault.Struck.Add((line, market.TokenTexts[token])) && Hit(fault);

    /// <summary>Reads and adds a fault.</summary>
    /// <returns>The fault, or what is wrong with the request.</returns>
    public (PolymarketFault? Fault, string Problem) Add(byte[] body, long nowNanos)
    {
        using var parsed = RequestJson.Parse(body);
        var root = parsed.RootElement;
        if (root.Stranger(Known) is { } stranger)
        {
            return (null, stranger);
        }

        var name = root.Text("fault");
        var kinds = Enum.GetValues<PolymarketFaultKind>();
        var index = Array.FindIndex(kinds, kind => Name(kind) == name);
        if (index < 0)
        {
            return (null, $"fault must be one of {Names}");
        }

        if (!root.TryNumber("seconds", DefaultSeconds, 0, TestnetLimits.FaultSeconds, out var seconds)
            || !root.TryNumber("times", -1, -1, 1_000_000, out var times)
            || !root.TryNumber("delay_ms", 1_500, 1, 60_000, out var delay))
        {
            return (null, "seconds, times and delay_ms must be numbers within their bounds");
        }

        if (_faults.Count >= TestnetLimits.Faults)
        {
            return (null, $"at most {TestnetLimits.Faults} faults stand at one time");
        }

        var until = nowNanos + (long)(seconds * Stamps.NanosPerSecond);
        var fault = new PolymarketFault(++_lastId, kinds[index], root.Text("symbol"), until, (int)times)
        {
            DelayNanos = (long)delay * Stamps.NanosPerMilli,
        };
        _faults.Add(fault);
        return (fault, "");
    }

    private static bool Hit(PolymarketFault fault)
    {
        fault.Hit();
        return true;
    }

    private PolymarketFault? Find(PolymarketFaultKind kind, OutcomeMarket? market, long nowNanos, int token) =>
        _faults.Find(fault => fault.Kind == kind && fault.Stands(nowNanos) && IsAbout(fault, market, token));

    private static bool IsAbout(PolymarketFault fault, OutcomeMarket? market, int token) => fault.Symbol is null
        || (market is not null && (fault.Symbol == market.Slug || fault.Symbol == market.ConditionId
            || (token < 0 ? market.TokenTexts.Contains(fault.Symbol) : market.TokenTexts[token] == fault.Symbol)));
}
