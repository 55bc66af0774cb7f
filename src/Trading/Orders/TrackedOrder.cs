using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Trading;

/// <summary>What is known of an order.</summary>
public enum OrderPhase : byte
{
    /// <summary>Journalled; nothing was sent as far as is known. The default value. After a restart it counts as
    /// unknown.</summary>
    Intent = 0,

    /// <summary>Handed to the venue.</summary>
    Sent = 1,

    /// <summary>The venue has it, and a part of it may still be filled.</summary>
    Acknowledged = 2,

    /// <summary>Nobody knows: its instrument is frozen until the venue has answered for its id.</summary>
    Unknown = 3,

    /// <summary>Refused, with no effect. Final.</summary>
    Rejected = 4,

    /// <summary>Nothing of it is open any more; what it got is in its fills. Final.</summary>
    Done = 5,
}

/// <summary>An order and everything that a venue has said about it.</summary>
/// <remarks>Guarded by the gate of its <see cref="IntentJournal"/>.</remarks>
public sealed class TrackedOrder
{
    private readonly List<VenueFill> _fills = [];

    /// <summary>Begins at the intent.</summary>
    internal TrackedOrder(OrderIntent intent, long atNanos) => (Intent, MadeNanos) = (intent, atNanos);

    /// <summary>The intent.</summary>
    public OrderIntent Intent { get; }

    /// <summary>When it was journalled, nanoseconds since the Unix epoch.</summary>
    public long MadeNanos { get; }

    /// <summary>What is known.</summary>
    public OrderPhase Phase { get; internal set; }

    /// <summary>The venue's id; empty while there is none.</summary>
    public string VenueId { get; internal set; } = "";

    /// <summary>What rests, as the venue said last, in millionths of a share.</summary>
    public long OpenMicro { get; internal set; }

    /// <summary>The code of a refusal; empty otherwise.</summary>
    public string Code { get; internal set; } = "";

    /// <summary>The venue's words.</summary>
    public string Detail { get; internal set; } = "";

    /// <summary>The fills, each trade id once.</summary>
    public IReadOnlyList<VenueFill> Fills => _fills;

    /// <summary>Filled and not undone, in millionths of a share. A conversion that is done counts whole.</summary>
    public long FilledMicro { get; private set; }

    /// <summary>What it brought: negative where it cost, fees included, in millionths of a dollar.</summary>
    public long CashMicros { get; private set; }

    /// <summary>Fills that are not final.</summary>
    public int Pending { get; private set; }

    /// <summary>True where nothing of it can be filled any more.</summary>
    public bool IsResolved => Phase is OrderPhase.Rejected or OrderPhase.Done;

    /// <summary>True where nothing about it can change any more.</summary>
    public bool IsFinal => IsResolved && Pending == 0;

    /// <summary>What it may still get, in the worst case.</summary>
    public long MayGetMicro => IsResolved ? 0 : Math.Max(0, Intent.SizeMicro - FilledMicro);

    /// <summary>Takes a fill: a new one, a repeated one, or one whose finality has moved.</summary>
    /// <returns>Whether anything has changed. A fill that has failed stays so, and one that is confirmed as
    /// well.</returns>
    internal bool Take(VenueFill fill)
    {
        var at = _fills.FindIndex(known => known.TradeId == fill.TradeId);
        if (at < 0)
        {
            _fills.Add(fill);
        }
        else if (_fills[at].Finality == FillFinality.Pending && fill.Finality != FillFinality.Pending)
        {
            _fills[at] = _fills[at] with { Finality = fill.Finality };
        }
        else
        {
            return false;
        }

        Sum();
        return true;
    }

    /// <summary>True where <see cref="Take"/> would change something.</summary>
    internal bool IsNews(VenueFill fill)
    {
        var at = _fills.FindIndex(known => known.TradeId == fill.TradeId);
        return at < 0
            || (_fills[at].Finality == FillFinality.Pending && fill.Finality != FillFinality.Pending);
    }

    /// <summary>Counts again after the phase or a fill has changed.</summary>
    internal void Sum()
    {
        (FilledMicro, CashMicros, Pending) = (0, 0, 0);
        if (Intent.IsConversion)
        {
            if (Phase == OrderPhase.Done)
            {
                FilledMicro = Intent.SizeMicro;
                CashMicros = Intent.Purpose == OrderPurpose.Split
                    ? -Micros.WorthRoundedUp(Intent.LimitPpm, Intent.SizeMicro)
                    : Micros.WorthRoundedDown(Intent.LimitPpm, Intent.SizeMicro);
            }

            return;
        }

        foreach (var fill in _fills)
        {
            if (fill.Finality == FillFinality.Failed)
            {
                continue;
            }

            Pending += fill.Finality == FillFinality.Pending ? 1 : 0;
            FilledMicro += fill.SizeMicro;
            CashMicros += Intent.Side == Side.Buy
                ? -Micros.WorthRoundedUp(fill.PricePpm, fill.SizeMicro) - fill.FeeMicros
                : Micros.WorthRoundedDown(fill.PricePpm, fill.SizeMicro) - fill.FeeMicros;
        }
    }
}
