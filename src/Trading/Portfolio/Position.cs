using Strikeline.Kernel;

namespace Strikeline.Trading;

/// <summary>What is held of one token, and what it has brought.</summary>
/// <param name="Token">The token.</param>
/// <param name="MarketId">Its market.</param>
/// <param name="SizeMicro">Held, in millionths of a share, fills that are not final counted.</param>
/// <param name="PendingMicro">Of the fills behind it, what is not final: bought and sold together.</param>
/// <param name="CostMicros">What was paid for what is held, without fees.</param>
/// <param name="RealisedMicros">Profit of what was sold, merged or settled, without fees.</param>
/// <param name="FeesMicros">Fees paid.</param>
/// <remarks>Immutable: any thread. Money in millionths of a dollar, rounded against us.</remarks>
public sealed record Position(
    MarketKey Token, string MarketId, long SizeMicro, long PendingMicro, long CostMicros, long RealisedMicros,
    long FeesMicros)
{
    /// <summary>Average cost of a share in parts per million, rounded up; zero where nothing is held.</summary>
    public long AveragePpm =>
        SizeMicro <= 0 ? 0 : (long)((((Int128)CostMicros * Micros.One) + (SizeMicro - 1)) / SizeMicro);

    /// <summary>The position with an entry more.</summary>
    internal Position With(PortfolioEntry entry)
    {
        var fees = FeesMicros + entry.FeeMicros;
        if (entry.Kind is EntryKind.Buy or EntryKind.Split)
        {
            return (this with
            {
                SizeMicro = SizeMicro + entry.SizeMicro,
                CostMicros = CostMicros + Micros.WorthRoundedUp(entry.PricePpm, entry.SizeMicro), FeesMicros = fees,
            }).Tidy();
        }

        // The cost of what goes is rounded up: what is left is never valued below what it cost.
        var gone = Math.Min(entry.SizeMicro, Math.Max(0, SizeMicro));
        var cost = SizeMicro <= 0 ? 0 : (long)((((Int128)CostMicros * gone) + (SizeMicro - 1)) / SizeMicro);
        return (this with
        {
            SizeMicro = SizeMicro - entry.SizeMicro, CostMicros = CostMicros - cost, FeesMicros = fees,
            RealisedMicros = RealisedMicros + Micros.WorthRoundedDown(entry.PricePpm, entry.SizeMicro) - cost,
        }).Tidy();
    }

    // Sold before it was told that it was bought: the cost comes with the purchase, and is lost to the sale then.
    private Position Tidy() => SizeMicro > 0
        ? this
        : this with { CostMicros = 0, RealisedMicros = RealisedMicros - CostMicros };
}
