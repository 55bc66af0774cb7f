using Strikeline.Journal;
using Strikeline.Trading;

namespace Strikeline.Host.Bots;

/// <summary>Where the bots keep what outlives them: the stop, and the journal of their intents.</summary>
internal static class TradingFolder
{
    /// <summary>The folder under the data folder.</summary>
    public static string PathOf(string dataFolder) => Path.Combine(dataFolder, "trading");

    /// <summary>The stop of a data folder, also while another program has it open.</summary>
    /// <exception cref="JournalException">The folder cannot be used.</exception>
    public static EmergencyStop OpenStop(string dataFolder)
    {
        var path = PathOf(dataFolder);
        // A folder that held anything before and has no stop file has lost it: that is a stop.
        var isFirst = !Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any();
        return new EmergencyStop(FolderJournalDisk.ToWrite(path), TimeProvider.System, isFirst);
    }
}
