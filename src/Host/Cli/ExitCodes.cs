namespace Strikeline.Host.Cli;

/// <summary>What the program ends with.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>A failure of the program or of the machine; the log has the whole of it.</summary>
    public const int Failure = 1;

    /// <summary>A mistake that the user can mend; one line says which.</summary>
    public const int UserError = 2;

    /// <summary>Stopped by the user before the end.</summary>
    public const int Interrupted = 130;
}
