using Strikeline.Host.Configuration;
using Strikeline.Kernel;

namespace Strikeline.Host.Composition;

/// <summary>What <c>run</c> was asked for.</summary>
/// <param name="Loaded">The configuration.</param>
/// <param name="Testnet">True for the built-in testnet.</param>
/// <param name="Tape">Tape files; empty for live feeds.</param>
/// <param name="Speed">Speed of the tape; null for as fast as it goes.</param>
/// <param name="Venue">Whose messages text recordings hold.</param>
/// <param name="Salvage">True to play the intact frames of a damaged tape.</param>
/// <param name="For">When to stop; null for never.</param>
internal sealed record RunRequest(
    LoadedSettings Loaded,
    bool Testnet,
    IReadOnlyList<string> Tape,
    double? Speed,
    Venue Venue,
    bool Salvage,
    TimeSpan? For);
