namespace Strikeline.Exchange;

/// <summary>What can be said of commands whose outcome was not delivered.</summary>
public enum ShardRefusal
{
    /// <summary>They were not done and never will be.</summary>
    NotDone,

    /// <summary>They may be in the journal or not: the next start shows it, and a client id tells which.</summary>
    Unknown,
}

/// <summary>Takes what a shard brings out. Must hand over and return, and hand nothing in: the journal waits for
/// it.</summary>
public interface IShardOutput
{
    /// <summary>Whether it reads <see cref="ShardPage.Levels"/> and <see cref="ShardPage.Balances"/>, which cost the
    /// core some time; always the same.</summary>
    bool ReadsNotes => true;

    /// <summary>Commands and their events in order, durable; on the thread that has made them so, one page at a time.
    /// The page is used again when the call returns.</summary>
    void Deliver(ShardPage page);

    /// <summary>Commands that get no events because the shard has stopped; on the thread that has the core.</summary>
    /// <param name="tags">Those of the commands.</param>
    /// <param name="refusal">What is known of them.</param>
    /// <param name="reason">Why, in one line.</param>
    void Refuse(ReadOnlySpan<long> tags, ShardRefusal refusal, string reason);
}
