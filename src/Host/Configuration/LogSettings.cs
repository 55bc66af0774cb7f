namespace Strikeline.Host.Configuration;

/// <summary>Logs on the console and in files.</summary>
internal sealed record LogSettings
{
    /// <summary>The least level that is written.</summary>
    [Key(KeyKind.Choice, "Least level that is written.", Choices = ["trace", "debug", "info", "warn", "error"],
        Environment = ["LOG_LEVEL", "RUST_LOG"])]
    public string Level { get; init; } = "info";

    /// <summary>The folder of the log files.</summary>
    [Key(KeyKind.Path, "Folder of the JSON-lines files.", Under = "logs", Environment = ["LOG_DIR"])]
    public string Dir { get; init; } = "";

    /// <summary>Files that are kept.</summary>
    [Key(KeyKind.Whole, "Log files that are kept; the oldest is deleted first.", Unit = "files", Min = 1, Max = 1000)]
    public int RetainedFiles { get; init; } = 14;

    /// <summary>Size at which a new file begins, in MiB.</summary>
    [Key(KeyKind.Whole, "Size at which a new log file begins; one begins each day in any case.", Unit = "MiB",
        Min = 1, Max = 4096)]
    public int MaxFileMb { get; init; } = 64;
}
