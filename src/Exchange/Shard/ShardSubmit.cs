namespace Strikeline.Exchange;

/// <summary>What became of commands that were handed in.</summary>
public enum ShardSubmit
{
    /// <summary>They wait for the core; the output tells what comes of them.</summary>
    Taken,

    /// <summary>Too many wait: none was taken, try again later.</summary>
    Full,

    /// <summary>The shard has stopped: none was taken; see <see cref="Shard.Trouble"/>.</summary>
    Closed,
}
