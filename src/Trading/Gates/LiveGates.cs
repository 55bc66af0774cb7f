using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>The switches of live trading as they stand at one moment, unread: what is absent is null.</summary>
/// <param name="DryRun">The value of <c>DRY_RUN</c>.</param>
/// <param name="EnableRealTrading">The value of <c>ENABLE_REAL_TRADING</c>.</param>
/// <param name="HasKey">Whether the venue's key is there.</param>
public readonly record struct LiveSwitches(string? DryRun, string? EnableRealTrading, bool HasKey);

/// <summary>The three gates before real money. All of them must be open, at the moment of each order.</summary>
/// <remarks>Any thread. An absent or unreadable <c>DRY_RUN</c> means dry.</remarks>
/// <param name="read">Reads the switches anew each time it is asked.</param>
public sealed class LiveGates(Func<Venue, LiveSwitches> read)
{
    /// <summary><c>DRY_RUN</c> is not <c>false</c>.</summary>
    public const string DryRun = "REAL_TRADING_BLOCKED_DRY_RUN_TRUE";

    /// <summary><c>ENABLE_REAL_TRADING</c> is not <c>true</c>.</summary>
    public const string NotEnabled = "REAL_TRADING_BLOCKED_ENABLE_FALSE";

    /// <summary>The venue's key is missing.</summary>
    public const string NoKey = "REAL_TRADING_BLOCKED_PRIVATE_KEY_MISSING";

    /// <summary>The switches could not be read.</summary>
    public const string Unreadable = "REAL_TRADING_BLOCKED_GATES_UNREADABLE";

    /// <summary>The tags of the gates that are closed now; empty where real orders may be sent.</summary>
    public IReadOnlyList<string> Closed(Venue venue)
    {
        LiveSwitches switches;
        try
        {
            switches = read(venue);
        }
        catch (Exception)
        {
            return [Unreadable];
        }

        var closed = new List<string>();
        if (!Is(switches.DryRun, "false"))
        {
            closed.Add(DryRun);
        }

        if (!Is(switches.EnableRealTrading, "true"))
        {
            closed.Add(NotEnabled);
        }

        if (!switches.HasKey)
        {
            closed.Add(NoKey);
        }

        return closed;
    }

    private static bool Is(string? value, string word) =>
        string.Equals(value?.Trim(), word, StringComparison.OrdinalIgnoreCase);
}
