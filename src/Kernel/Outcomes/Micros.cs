namespace Strikeline.Kernel;

/// <summary>Arithmetic of outcome tokens. One share pays one dollar or nothing.</summary>
/// <remarks>
/// Prices are parts per million of the payout (<c>Ppm</c>), sizes are millionths of a share (<c>Micro</c>), money is
/// millionths of a dollar (<c>Micros</c>): the finest grain of both venues, so that every number of theirs is exact.
/// Products are 128 bits wide, rounding says its direction, and what does not fit throws. Any thread, no allocation.
/// </remarks>
public static class Micros
{
    /// <summary>One dollar, one share, or a price of one.</summary>
    public const long One = 1_000_000;

    /// <summary>Decimals of all three units.</summary>
    public const int Decimals = 6;

    /// <summary>What a size is worth at a price, in millionths of a dollar, rounded down: what is received at
    /// least.</summary>
    /// <param name="pricePpm">Price, 0 to 1,000,000.</param>
    /// <param name="sizeMicro">Size in millionths of a share, not negative.</param>
    public static long WorthRoundedDown(long pricePpm, long sizeMicro) => (long)((Int128)pricePpm * sizeMicro / One);

    /// <summary>As <see cref="WorthRoundedDown"/>, rounded up: what is paid at most.</summary>
    public static long WorthRoundedUp(long pricePpm, long sizeMicro) =>
        (long)(((Int128)pricePpm * sizeMicro + (One - 1)) / One);

    /// <summary>The largest multiple of a step that is not above a value.</summary>
    /// <param name="value">Not negative.</param>
    /// <param name="step">More than zero, in the value's unit.</param>
    public static long RoundDown(long value, long step) => value - (value % step);

    /// <summary>The smallest multiple of a step that is not below a value.</summary>
    /// <param name="value">Not negative.</param>
    /// <param name="step">More than zero, in the value's unit.</param>
    public static long RoundUp(long value, long step) => RoundDown(value + step - 1, step);

    /// <summary>Decimal text without closing zeros: <c>0.47</c>.</summary>
    public static string ToText(long value) =>
        value < 0 ? "-" + DecimalText.ToShortText(-value, Decimals) : DecimalText.ToShortText(value, Decimals);
}
