using Strikeline.Journal;
using Strikeline.Kernel;
using Strikeline.Lab.Recordings;

namespace Strikeline.Lab;

/// <summary>Opens recorded traffic, whatever its format, as one stream in order of receive time.</summary>
public static class RecordingFiles
{
    private const int SniffedFrames = 200;

    /// <summary>Opens the files.</summary>
    /// <param name="paths">Tapes of this program, or text recordings; both may be mixed.</param>
    /// <param name="venue">
    /// Whose traffic a text recording holds; <see cref="Venue.None"/> to find out from its frames.
    /// </param>
    /// <param name="salvage">True to read the intact frames of a damaged tape.</param>
    /// <exception cref="RecordingException">
    /// A file is missing, unreadable or no recording; the message is one line.
    /// </exception>
    public static IFrameSource Open(IReadOnlyList<string> paths, Venue venue = Venue.None, bool salvage = false)
    {
        var sources = new List<IFrameSource>(paths.Count);
        try
        {
            foreach (var path in paths)
            {
                sources.Add(OpenOne(path, venue, salvage));
            }

            return sources.Count == 1 ? sources[0] : new MergedSource(sources);
        }
        catch
        {
            sources.ForEach(source => source.Dispose());
            throw;
        }
    }

    private static IFrameSource OpenOne(string path, Venue venue, bool salvage)
    {
        try
        {
            if (IsTape(path))
            {
                return new TapeSource(path, salvage);
            }

            if (IsCsv(path))
            {
                return new CsvRecording(path);
            }

            return new TextRecording(path, venue == Venue.None ? Sniff(path) : venue);
        }
        catch (TapeException e)
        {
            throw new RecordingException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : e.Message;
            throw new RecordingException($"{path}: cannot be read: {why}; check the name, or restore the file", e);
        }
    }

    private static bool IsTape(string path)
    {
        Span<byte> start = stackalloc byte[16];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return TapeReader.IsTape(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }

    private static bool IsCsv(string path)
    {
        using var lines = new LineReader(TextRecording.Open(path));
        return lines.MoveNext() && CsvRecording.IsHeader(lines.Line);
    }

    private static Venue Sniff(string path)
    {
        using var source = new TextRecording(path, Venue.None);
        for (var i = 0; i < SniffedFrames && source.MoveNext(); i++)
        {
            var venue = VenueSniffer.Of(source.Payload);
            if (venue != Venue.None)
            {
                return venue;
            }
        }

        throw new RecordingException(
            $"{path}: no venue's messages are in it; name the venue with --venue "
            + string.Join('|', VenueNames.All.Select(one => one.Name())));
    }
}
