namespace Strikeline.Host;

/// <summary>A mistake that the user can mend: its message is the one line that is printed; the exit code is
/// 2.</summary>
internal sealed class UserError : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What, where, and what to do: one line.</param>
    public UserError(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error with the failure that showed it.</summary>
    /// <param name="message">What, where, and what to do: one line.</param>
    /// <param name="inner">The failure.</param>
    public UserError(string message, Exception inner)
        : base(message, inner)
    {
    }
}
