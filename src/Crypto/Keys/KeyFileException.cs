namespace Strikeline.Crypto;

/// <summary>A key file that cannot be used; the message is one line that names the path and the remedy.</summary>
public sealed class KeyFileException : Exception
{
    /// <summary>Makes the exception with its line.</summary>
    public KeyFileException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its line and the failure behind it.</summary>
    public KeyFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes the exception without a line.</summary>
    public KeyFileException()
    {
    }
}
