using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>What became of a leg of a plan so far.</summary>
/// <param name="MarketId">The venue's id of the market.</param>
/// <param name="Token">Which of its tokens.</param>
/// <param name="Side">How it was entered.</param>
/// <param name="LimitPpm">The worst price of its entry, in parts per million.</param>
/// <param name="SizeMicro">What was wanted, in millionths of a share.</param>
/// <param name="FilledMicro">What was got, also by completing it later, without what was undone; that some of it was
/// sold again changes nothing.</param>
/// <param name="AveragePpm">At what price, rounded against us; null where nothing was got.</param>
/// <remarks>Immutable: any thread.</remarks>
public sealed record LegResult(
    string MarketId, MarketKey Token, Side Side, long LimitPpm, long SizeMicro, long FilledMicro, long? AveragePpm);
