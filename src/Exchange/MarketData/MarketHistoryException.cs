namespace Strikeline.Exchange;

/// <summary>The journal does not lead on from where the store is, and waiting does not help: the store belongs to
/// another journal, or is ahead of this one.</summary>
public sealed class MarketHistoryException(string problem) : Exception(problem);
