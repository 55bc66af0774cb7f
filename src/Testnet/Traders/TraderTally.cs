namespace Strikeline.Testnet;

/// <summary>What has come of the traders' requests. Any thread.</summary>
internal sealed class TraderTally
{
    private long _requests;
    private long _refused;
    private long _away;

    /// <summary>All requests.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Those that the exchange understood and refused.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Those that nobody answered, or with a failure, or with a wish to wait.</summary>
    public long Away => Volatile.Read(ref _away);

    /// <summary>Counts one.</summary>
    public void Asked() => Interlocked.Increment(ref _requests);

    /// <summary>Counts a refusal.</summary>
    public void WasRefused() => Interlocked.Increment(ref _refused);

    /// <summary>Counts one without an answer to use.</summary>
    public void WasAway() => Interlocked.Increment(ref _away);
}
