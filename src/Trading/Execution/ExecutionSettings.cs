namespace Strikeline.Trading;

/// <summary>How plans are carried out.</summary>
/// <remarks>Immutable: any thread.</remarks>
public sealed record ExecutionSettings
{
    /// <summary>The longest that a fill may be without its counterpart before an order that sells it or completes it is
    /// sent.</summary>
    public static readonly TimeSpan MostUnhedged = TimeSpan.FromSeconds(2);

    /// <summary>The executor's name in metrics: <c>paper</c> or <c>live</c>.</summary>
    public string Executor { get; init; } = "paper";

    /// <summary>How much worse than its limit a leg may be completed, in parts per million; it is a part of the
    /// declared loss.</summary>
    public long HedgeSlackPpm { get; init; } = 30_000;

    /// <summary>How long a venue is waited for before an answer counts as unknown; below
    /// <see cref="MostUnhedged"/>.</summary>
    public TimeSpan RequestLimit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between attempts that got nothing, and between questions.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Between attempts to send what the limit of orders in a second keeps back: far shorter than
    /// <see cref="RetryPause"/>, so that who had a turn does not get the next before who had none.</summary>
    public TimeSpan RatePause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How old an order whose fate is unknown is before what it leaves without a certain counterpart is sold;
    /// until then it is only asked about, because most answers are merely lost. Above <see cref="RequestLimit"/>, and
    /// below <see cref="MostUnhedged"/>: the difference is the time in which a plan's legs are entered.</summary>
    public TimeSpan UnknownPatience { get; init; } = TimeSpan.FromMilliseconds(1_400);

    /// <summary>How long after sending an order a venue that has never seen it is believed: a request may travel
    /// long.</summary>
    public TimeSpan UnseenAfter { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Between questions about fills that are not final; with <see cref="RequestLimit"/> below
    /// <see cref="MostUnhedged"/>, since one of them may have been undone meanwhile.</summary>
    public TimeSpan ConfirmPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Attempts at completing a set, for each leg, before what is there is sold; and at a merge before it is
    /// held.</summary>
    public int MostAttempts { get; init; } = 4;
}
