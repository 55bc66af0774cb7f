using System.Diagnostics;
using Strikeline.Kernel;
using Strikeline.Lab;
using Strikeline.Prices;
using Strikeline.Venues;

namespace Strikeline.Host.Composition;

/// <summary>Plays tapes into desks and the market, on the tape's own time.</summary>
/// <remarks>One thread: desks, market and clock move together, so that equal tapes give equal markets.</remarks>
internal sealed class TapePlayer : ITopInbox
{
    private const int ScannedFrames = 20_000;
    private const long TickNanos = 100 * Stamps.NanosPerMilli;

    private readonly IReadOnlyList<string> _paths;
    private readonly Venue _venue;
    private readonly bool _salvage;
    private readonly double? _speed;
    private readonly TapeClock _clock;
    private readonly Dictionary<Venue, VenueDesk> _desks = [];
    private readonly Dictionary<Venue, (int Connection, long AtNanos)> _ended = [];
    private readonly HashSet<Venue> _marked = [];
    private MarketCore? _core;
    private long _nextTickNanos;
    private long _frames;
    private string? _note;

    /// <param name="paths">The files.</param>
    /// <param name="venue">Whose traffic text recordings hold; none to find out.</param>
    /// <param name="salvage">True to play the intact frames of a damaged tape.</param>
    /// <param name="speed">Tape seconds for each second; null for as fast as it goes.</param>
    /// <param name="clock">The tape's clock.</param>
    public TapePlayer(IReadOnlyList<string> paths, Venue venue, bool salvage, double? speed, TapeClock clock)
    {
        _paths = paths;
        _venue = venue;
        _salvage = salvage;
        _speed = speed;
        _clock = clock;
    }

    /// <summary>What the tape is doing, in words.</summary>
    public string? Note => Volatile.Read(ref _note);

    /// <summary>Finds the venues and instruments at the beginning of the tapes.</summary>
    /// <exception cref="RecordingException">A file is damaged.</exception>
    public IReadOnlyList<VenueSymbol> Scan()
    {
        using var source = RecordingFiles.Open(_paths, _venue, _salvage);
        var decoders = new Dictionary<Venue, FeedDecoder>();
        for (var i = 0; i < ScannedFrames && source.MoveNext(); i++)
        {
            // Prediction venues are on tapes too, and make no composite.
            if (source.Kind != RecordedKind.Frame || !VenueNames.Spot.Contains(source.Venue))
            {
                continue;
            }

            if (_clock.NowNanos == 0)
            {
                _clock.AdvanceTo(source.ReceivedNanos);
            }

            if (!decoders.TryGetValue(source.Venue, out var decoder))
            {
                decoder = new FeedDecoder(source.Venue, [], discover: true, new NullSink());
                decoders.Add(source.Venue, decoder);
            }

            decoder.Accept(source.Payload, source.Context, source.ReceivedNanos);
        }

        return
        [
            .. decoders.Values.SelectMany(decoder => decoder.Instruments)
                .Select(instrument => new VenueSymbol(instrument.Venue, instrument.Symbol))
                .Distinct(),
        ];
    }

    /// <summary>Makes the desks of the venues that were found.</summary>
    public List<VenueDesk> Desks(IReadOnlyList<VenueSymbol> instruments, TimeSpan staleAfter, IFeedSink sink)
    {
        foreach (var group in instruments.GroupBy(one => one.Venue).OrderBy(group => group.Key))
        {
            _desks.Add(
                group.Key,
                new VenueDesk(group.Key, [.. group.Select(one => one.Symbol)], discover: true, staleAfter, sink, this));
        }

        return [.. _desks.Values];
    }

    /// <summary>Plays to the end; the state then stays where the tape ended.</summary>
    /// <exception cref="RecordingException">A file is damaged.</exception>
    public async Task PlayAsync(MarketCore core, CancellationToken cancel)
    {
        _core = core;
        using var source = RecordingFiles.Open(_paths, _venue, _salvage);
        var watch = Stopwatch.StartNew();
        long first = 0;
        Volatile.Write(ref _note, "playing");
        while (source.MoveNext() && !cancel.IsCancellationRequested)
        {
            first = first == 0 ? source.ReceivedNanos : first;
            if (_speed is { } speed)
            {
                var due = TimeSpan.FromMicroseconds((source.ReceivedNanos - first) / 1_000.0 / speed);
                var early = due - watch.Elapsed;
                if (early > TimeSpan.FromMilliseconds(1))
                {
                    await Task.Delay(early, cancel);
                }
            }

            Take(source);
        }

        Tick(_clock.NowNanos);
        core.OnTime(_clock.NowNanos);
        Volatile.Write(ref _note, $"the tape has ended after {_frames} frames; prices stand where it ended");
    }

    /// <inheritdoc/>
    public void Post(in TopOfBook top) => _core?.OnTop(top, _clock.NowNanos);

    private void Take(IFrameSource source)
    {
        Tick(source.ReceivedNanos);
        _clock.AdvanceTo(source.ReceivedNanos);
        _frames++;
        if (!_desks.TryGetValue(source.Venue, out var desk))
        {
            return;
        }

        // A connection's end counts once something follows it: what is shown is the state at the tape's last frame.
        if (_ended.Remove(source.Venue, out var ended))
        {
            desk.Disconnected(ended.Connection, "the recording's connection ended", ended.AtNanos);
        }

        switch (source.Kind)
        {
            case RecordedKind.Connected:
                _marked.Add(source.Venue);
                desk.Connected(source.Connection);
                break;
            case RecordedKind.Disconnected:
                _ended[source.Venue] = (source.Connection, source.ReceivedNanos);
                break;
            default:
                if (!desk.HasConnection && !_marked.Contains(source.Venue))
                {
                    desk.Connected(source.Connection);
                }

                desk.Frame(source.Connection, source.Payload, source.Context, source.ReceivedNanos);
                break;
        }
    }

    private void Tick(long untilNanos)
    {
        if (_nextTickNanos == 0 || untilNanos - _nextTickNanos > 3_600 * Stamps.NanosPerSecond)
        {
            // At the start, and over a pause of the recording, nothing happened that a tick could tell.
            _nextTickNanos = ((untilNanos / TickNanos) + 1) * TickNanos;
        }

        for (; _nextTickNanos <= untilNanos; _nextTickNanos += TickNanos)
        {
            _clock.AdvanceTo(_nextTickNanos);
            foreach (var desk in _desks.Values)
            {
                desk.ConfirmTops(_nextTickNanos);
            }

            _core!.OnTime(_nextTickNanos);
        }
    }
}
