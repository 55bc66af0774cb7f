using System.Text.Json;
using Strikeline.Kernel;

namespace Strikeline.Testnet.Kalshi;

/// <summary>The faults that stand on Kalshi now. Under the floor's lock.</summary>
internal sealed class KalshiFaults
{
    private static readonly string[] Known = ["venue", "fault", "symbol", "seconds", "delay_ms", "times"];

    private readonly List<KalshiFault> _standing = [];
    private long _lastId;

    public IReadOnlyList<KalshiFault> Standing => _standing;

    /// <summary>The names that commands use.</summary>
    public static string Names { get; } = string.Join(", ", Enum.GetValues<KalshiFaultKind>().Select(NameOf));

    public static string NameOf(KalshiFaultKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    public void Add(KalshiFault fault) => _standing.Add(fault);

    /// <summary>True where a fault of the kind stands; counts it.</summary>
    public bool Stands(KalshiFaultKind kind, string? ticker, long nowNanos)
    {
        var fault = _standing.Find(fault => fault.Kind == kind && fault.Stands(ticker, nowNanos));
        fault?.Hit();
        return fault is not null;
    }

    public long DelayNanos(string? ticker, long nowNanos)
    {
        var fault = _standing.Find(
            fault => fault.Kind == KalshiFaultKind.Slow && fault.Stands(ticker, nowNanos));
        fault?.Hit();
        return fault?.DelayNanos ?? 0;
    }

    /// <summary>What spoils a client's next book message of the market; null where nothing does.</summary>
    public KalshiFaultKind? TakeOnce(long line, string ticker, long nowNanos) => _standing.Find(
        fault => fault.IsOnce && fault.Stands(ticker, nowNanos) && fault.TakeOnce(line, ticker))?.Kind;

    /// <summary>Takes away what is over, or all.</summary>
    public List<KalshiFault> Remove(Predicate<KalshiFault> which)
    {
        var removed = _standing.FindAll(which);
        _standing.RemoveAll(which);
        return removed;
    }

    /// <summary>Reads the body of a command.</summary>
    public bool TryRead(byte[] body, long nowNanos, long lastLineId, out KalshiFault fault, out string problem)
    {
        (fault, problem) = (null!, "the body must be a JSON object");
        try
        {
            using var parsed = RequestJson.Parse(body);
            var root = parsed.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            if (root.Stranger(Known) is { } stranger)
            {
                problem = stranger;
                return false;
            }

            var name = root.Text("fault");
            if (!Enum.GetValues<KalshiFaultKind>().Any(kind => NameOf(kind) == name))
            {
                problem = $"fault must be one of {Names}";
                return false;
            }

            if (!root.TryNumber("seconds", 10, 0, TestnetLimits.FaultSeconds, out var seconds)
                || !root.TryNumber("delay_ms", 1_500, 0, 60_000, out var delay)
                || !root.TryNumber("times", 0, 0, 1_000_000, out var times))
            {
                problem = $"seconds must be 0 to {TestnetLimits.FaultSeconds}, delay_ms 0 to 60000, times 0 to 1000000";
                return false;
            }

            fault = new KalshiFault(
                ++_lastId, Enum.GetValues<KalshiFaultKind>().First(kind => NameOf(kind) == name),
                root.Text("symbol"))
            {
                UntilNanos = nowNanos + (long)(seconds * Stamps.NanosPerSecond),
                DelayNanos = (long)(delay * Stamps.NanosPerMilli),
                Times = (int)times,
                LastLineId = lastLineId,
            };
            return true;
        }
        catch (JsonException)
        {
            problem = "the body is not valid JSON";
            return false;
        }
    }
}
