using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>Hears what happens to a feed's connections; for logs. Called on the feed loop.</summary>
public interface IFeedListener
{
    /// <summary>A connection ended or could not be opened; the next try follows after <paramref
    /// name="wait"/>.</summary>
    void OnLost(Venue venue, int connection, string reason, TimeSpan wait);

    /// <summary>A connection is closed by this side because it no longer serves.</summary>
    void OnReplaced(Venue venue, int connection, string reason);

    /// <summary>A second connection is opened to take over.</summary>
    void OnChangeOver(Venue venue, int connection, string reason);

    /// <summary>The venue says something of a kind that nobody knows; told once for each kind.</summary>
    void OnUnknown(Venue venue, int connection, string kind)
    {
    }
}
