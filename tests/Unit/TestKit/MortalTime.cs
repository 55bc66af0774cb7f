namespace Strikeline.Unit.TestKit;

/// <summary>A clock whose timers stop with the life that they belong to.</summary>
internal sealed class MortalTime(TimeProvider time, Life life) : TimeProvider
{
    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(
            passed =>
            {
                if (!life.IsDead)
                {
                    callback(passed);
                }
            },
            state, dueTime, period);
}
