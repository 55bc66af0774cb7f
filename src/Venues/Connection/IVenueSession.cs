using Strikeline.Kernel;

namespace Strikeline.Venues.Connection;

/// <summary>What is said to one venue: where to connect, how to subscribe, how to ask for a book again.</summary>
internal interface IVenueSession
{
    /// <summary>The address of a connection that carries all of the feed's instruments.</summary>
    Uri Address { get; }

    /// <summary>Texts sent once the connection is open.</summary>
    IReadOnlyList<string> Subscribe();

    /// <summary>Texts that make the venue send fresh snapshots of books; empty where they come by REST.</summary>
    IReadOnlyList<string> Resubscribe(IReadOnlyList<Symbol> symbols);

    /// <summary>REST path and query of a book snapshot; null where the socket sends it.</summary>
    string? SnapshotPath(Symbol symbol);

    /// <summary>Text that keeps the connection open, sent every <see cref="PingEvery"/>; null where none is
    /// needed.</summary>
    string? Ping { get; }

    /// <summary>Time between pings.</summary>
    TimeSpan PingEvery { get; }
}
