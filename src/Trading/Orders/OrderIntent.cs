using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>What an order is for.</summary>
public enum OrderPurpose : byte
{
    /// <summary>Enters a leg; the default value.</summary>
    Entry = 0,

    /// <summary>Completes a set whose other leg is there.</summary>
    Hedge = 1,

    /// <summary>Sells what has no counterpart, or everything.</summary>
    Exit = 2,

    /// <summary>Turns dollars into a set.</summary>
    Split = 3,

    /// <summary>Turns sets into dollars.</summary>
    Merge = 4,
}

/// <summary>An order before it is sent: journalled first, with the one id that it will ever have.</summary>
/// <param name="PlanId">The plan that it belongs to.</param>
/// <param name="Number">1, 2, 3 … in the plan.</param>
/// <param name="ClientId">The id that the venue is given.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Leg">Which leg of the plan; 0 of a split or merge.</param>
/// <param name="Side">Buy or sell.</param>
/// <param name="LimitPpm">The worst price, in parts per million.</param>
/// <param name="SizeMicro">Size in millionths of a share.</param>
/// <param name="Life">How long it may wait.</param>
/// <param name="PostOnly">True where it must not take.</param>
/// <remarks>Immutable: any thread.</remarks>
public sealed record OrderIntent(
    long PlanId,
    int Number,
    string ClientId,
    OrderPurpose Purpose,
    int Leg,
    Side Side,
    long LimitPpm,
    long SizeMicro,
    OrderLife Life,
    bool PostOnly)
{
    /// <summary>True for a split or a merge.</summary>
    public bool IsConversion => Purpose is OrderPurpose.Split or OrderPurpose.Merge;

    /// <summary>True where it can increase what is at stake.</summary>
    public bool Increases => Side == Side.Buy;

    /// <summary>The order as the venue takes it. A split or merge has one too, to be asked about by its id.</summary>
    internal VenueOrder At(TradePlan plan) => new(
        ClientId, plan.Legs[Leg].Market, plan.Legs[Leg].Token, Side, LimitPpm, SizeMicro, Life, PostOnly);
}
