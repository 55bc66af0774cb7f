namespace Strikeline.Host.Configuration;

/// <summary>Recordings of raw frames.</summary>
internal sealed record TapesSettings
{
    /// <summary>Whether <c>run</c> records.</summary>
    [Key(KeyKind.Flag, "Whether `run` records every raw frame.")]
    public bool Record { get; init; }

    /// <summary>The folder of tapes.</summary>
    [Key(KeyKind.Path, "Folder of the tapes.", Under = "tapes")]
    public string Dir { get; init; } = "";

    /// <summary>Size at which a new tape begins, in MiB.</summary>
    [Key(KeyKind.Whole, "Size at which a new tape file begins.", Unit = "MiB", Min = 1, Max = 65_536)]
    public int MaxFileMb { get; init; } = 64;

    /// <summary>Size of all tapes at which the oldest is deleted, in MiB.</summary>
    [Key(KeyKind.Whole, "Size of all tapes together at which the oldest is deleted.", Unit = "MiB",
        Min = 1, Max = 16_777_216)]
    public int MaxTotalMb { get; init; } = 4096;
}
