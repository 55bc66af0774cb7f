namespace Strikeline.Lab;

/// <summary>A workload that cannot be read, or parameters that make none; the message is one line.</summary>
public sealed class WorkloadException : Exception
{
    /// <summary>Makes the exception with its line.</summary>
    public WorkloadException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its line and the failure behind it.</summary>
    public WorkloadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes the exception without a line.</summary>
    public WorkloadException()
    {
    }
}
