namespace Strikeline.Unit.Trading;

/// <summary>A clock that stands still until a test moves it.</summary>
internal sealed class StageClock : TimeProvider
{
    public const long Start = 1_790_000_000L * Stamps.NanosPerSecond;

    public long Now { get; set; } = Start;

    public override long TimestampFrequency => Stamps.NanosPerSecond;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Now / 100);

    public override long GetTimestamp() => Now;

    public void PassMillis(long millis) => Now += millis * Stamps.NanosPerMilli;
}
