using Strikeline.Kernel;
using Strikeline.Lab;

namespace Strikeline.Host.Bridges;

/// <summary>Which recordings are played, and how they are opened.</summary>
/// <param name="Paths">Tapes of this program, or text recordings; merged by receive time.</param>
/// <param name="Venue">Only this venue's messages, and whose a text recording holds; none for all.</param>
/// <param name="Salvage">True to play the intact frames of a damaged tape.</param>
internal sealed record TapeFiles(IReadOnlyList<string> Paths, Venue Venue = Venue.None, bool Salvage = false)
{
    /// <summary>Opens them at their beginning.</summary>
    /// <exception cref="RecordingException">A file is missing, unreadable or no recording.</exception>
    public IFrameSource Open() => RecordingFiles.Open(Paths, Venue, Salvage);

    /// <summary>True where the item belongs to what was asked for, and has spot markets in it.</summary>
    public bool Wants(IFrameSource item) =>
        VenueNames.Spot.Contains(item.Venue) && (Venue == Venue.None || item.Venue == Venue);
}
