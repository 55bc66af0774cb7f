namespace Strikeline.Testnet;

/// <summary>The testnet cannot be opened; the message is one line that says what, where and what to do.</summary>
public sealed class TestnetException : Exception
{
    /// <summary>Makes one with its line.</summary>
    public TestnetException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its line and what caused it.</summary>
    public TestnetException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>Makes one without a line of its own.</summary>
    public TestnetException()
    {
    }
}
