namespace Strikeline.Venues.Polymarket;

/// <summary>One side of a group: a place for a socket, with what that has been asked for.</summary>
internal sealed class GroupSeat(BackOff backOff)
{
    public OutcomeLink? Link { get; set; }

    public BackOff BackOff => backOff;

    public long RetryAtNanos { get; set; }

    public long PingAtNanos { get; set; }

    /// <summary>What was asked for on this socket, by token.</summary>
    public Dictionary<int, Asked> Asked { get; } = [];

    /// <summary>Why the socket has to go; null where it serves.</summary>
    public string? Condemned { get; set; }
}

/// <summary>A token that was asked for on a socket.</summary>
/// <param name="AtNanos">When, the last time.</param>
/// <param name="Tries">How often again since its book was last there.</param>
/// <param name="SinceNanos">When it was asked for again the first time; zero where it was not.</param>
internal readonly record struct Asked(long AtNanos, int Tries, long SinceNanos);

/// <summary>Tokens that share a socket, and a second one that carries the same and is warm.</summary>
internal sealed class TokenGroup(GroupSeat first, GroupSeat second)
{
    /// <summary>The tokens; at most as many as a socket may carry.</summary>
    public HashSet<int> Tokens { get; } = [];

    /// <summary>Both sockets; neither is above the other.</summary>
    public IReadOnlyList<GroupSeat> Seats { get; } = [first, second];

    /// <summary>When a socket of the group was last replaced for silence.</summary>
    public long ReplacedNanos { get; set; }

    public GroupSeat OtherThan(GroupSeat seat) => ReferenceEquals(seat, Seats[0]) ? Seats[1] : Seats[0];
}
