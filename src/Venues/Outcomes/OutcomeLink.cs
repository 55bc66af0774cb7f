using Strikeline.Venues.Connection;

namespace Strikeline.Venues;

/// <summary>One WebSocket of a prediction feed. What it receives it hands on; what is said on it the feed
/// decides.</summary>
/// <remarks>
/// Nothing is handed on after its end was told. The callbacks are called on its receive loop and must serialise
/// themselves.
/// </remarks>
internal sealed class OutcomeLink : VenueLink
{
    private readonly Uri _address;
    private readonly IReadOnlyList<string> _opening;
    private readonly IVenueTransport _transport;
    private readonly IOutcomeLinkOwner _owner;

    /// <summary>Opens a connection.</summary>
    /// <param name="number">Its number on tapes.</param>
    /// <param name="address">Where to.</param>
    /// <param name="opening">Texts that are sent first.</param>
    /// <param name="transport">The network.</param>
    /// <param name="owner">Hears of it.</param>
    /// <param name="nowNanos">Now.</param>
    /// <param name="cancel">Ends it.</param>
    public OutcomeLink(
        int number,
        Uri address,
        IReadOnlyList<string> opening,
        IVenueTransport transport,
        IOutcomeLinkOwner owner,
        long nowNanos,
        CancellationToken cancel)
        : base(number, nowNanos, cancel)
    {
        _address = address;
        _opening = opening;
        _transport = transport;
        _owner = owner;
        Start();
    }

    /// <summary>Sends a text, in the order of the calls, where the link is open; says nothing of success.</summary>
    public void Send(string text)
    {
        if (IsOpen)
        {
            Say([text]);
        }
    }

    /// <inheritdoc/>
    protected override Task<IVenueSocket> ConnectAsync() => _transport.ConnectAsync(_address, Ending);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Connected()
    {
        _owner.OnConnected(this);
        return _opening;
    }

    /// <inheritdoc/>
    protected override async Task<string> ReceiveAsync(IVenueSocket socket)
    {
        while (await socket.ReceiveAsync(Ending) is { } message)
        {
            _owner.OnFrame(this, message.Span);
        }

        return socket.CloseCode is { } code ? $"{ClosedByVenue} (code {code})" : ClosedByVenue;
    }

    /// <inheritdoc/>
    protected override void Disconnected(bool wasConnected, string reason)
    {
        if (wasConnected)
        {
            _owner.OnDisconnected(this);
        }
    }
}

/// <summary>Hears what happens on a link.</summary>
internal interface IOutcomeLinkOwner
{
    /// <summary>It is open.</summary>
    void OnConnected(OutcomeLink link);

    /// <summary>A frame arrived; valid during the call.</summary>
    void OnFrame(OutcomeLink link, ReadOnlySpan<byte> frame);

    /// <summary>It has ended, after having been open.</summary>
    void OnDisconnected(OutcomeLink link);
}
