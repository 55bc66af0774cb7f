namespace Strikeline.Venues.Polymarket;

/// <summary>A place for the socket of one feed of settlement prices.</summary>
internal sealed class ReferenceSeat(Uri address, bool isPolyBolt, BackOff backOff)
{
    public Uri Address => address;

    public bool IsPolyBolt => isPolyBolt;

    public BackOff BackOff => backOff;

    public OutcomeLink? Link { get; set; }

    public long RetryAtNanos { get; set; }

    public long PingAtNanos { get; set; }

    /// <summary>True once the prices were asked for on this link.</summary>
    public bool IsSubscribed { get; set; }

    /// <summary>When this seat last brought a price; its start before that.</summary>
    public long AliveNanos { get; set; }
}
