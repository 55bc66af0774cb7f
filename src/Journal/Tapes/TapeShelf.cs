using System.Globalization;
using Strikeline.Kernel;

namespace Strikeline.Journal;

/// <summary>The tapes of one place: names for new ones, and the oldest deleted to make room.</summary>
internal sealed class TapeShelf(ITapeDisk disk, TapeSettings settings)
{
    private const string Prefix = "tape-";

    /// <summary>Files deleted so far.</summary>
    public long Deleted { get; private set; }

    /// <summary>Deletions that the disk refused so far; the file is tried again at the next rotation.</summary>
    public long DeletesRefused { get; private set; }

    /// <summary>Makes room for one more file and opens it.</summary>
    /// <param name="createdAt">Nanoseconds since the Unix epoch.</param>
    /// <param name="number">The file's number in this recording; moved past names that exist.</param>
    /// <param name="name">The name that was given.</param>
    public ITapeFile Open(long createdAt, ref int number, out string name)
    {
        var tapes = disk.List().Where(IsTape).OrderBy(entry => entry.Name, StringComparer.Ordinal).ToList();
        Prune(tapes);
        var start = DateTimeOffset.FromUnixTimeMilliseconds(Stamps.ToMillis(createdAt))
            .ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        do
        {
            number++;
            name = $"{Prefix}{start}-{number:D6}{TapeFormat.Extension}";
        }
        while (Contains(tapes, name));

        return disk.Create(name);
    }

    // Room for a whole file is made before it begins, so that the total holds at every moment.
    private void Prune(List<TapeDiskEntry> tapes)
    {
        var total = tapes.Sum(entry => entry.Length) + settings.MaxFileBytes;
        foreach (var oldest in tapes)
        {
            if (total <= settings.MaxTotalBytes)
            {
                return;
            }

            try
            {
                disk.Delete(oldest.Name);
                total -= oldest.Length;
                Deleted++;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                DeletesRefused++;
            }
        }
    }

    private static bool Contains(List<TapeDiskEntry> tapes, string name) => tapes.Exists(entry => entry.Name == name);

    private static bool IsTape(TapeDiskEntry entry) =>
        entry.Name.StartsWith(Prefix, StringComparison.Ordinal)
        && entry.Name.EndsWith(TapeFormat.Extension, StringComparison.Ordinal);
}
