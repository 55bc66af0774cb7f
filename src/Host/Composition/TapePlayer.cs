using System.Diagnostics;
using Strikeline.Host.Bots;
using Strikeline.Kernel;
using Strikeline.Lab;
using Strikeline.Prices;
using Strikeline.Venues;

namespace Strikeline.Host.Composition;

/// <summary>Plays tapes into desks, the market and the bots, on the tape's own time.</summary>
/// <remarks>One thread: desks, market, bots and clock move together, so that equal tapes give equal markets and
/// decisions.</remarks>
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
    private readonly SortedSet<Venue> _predictions = [];
    private MarketCore? _core;
    private TapePredictions? _bots;
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

    /// <summary>The prediction venues that <see cref="Scan"/> has found.</summary>
    public IReadOnlyCollection<Venue> Predictions => _predictions;

    /// <summary>Finds the venues and instruments at the beginning of the tapes, and sets the clock there.</summary>
    /// <exception cref="RecordingException">A file is damaged.</exception>
    public IReadOnlyList<VenueSymbol> Scan()
    {
        using var source = RecordingFiles.Open(_paths, _venue, _salvage);
        var decoders = new Dictionary<Venue, FeedDecoder>();
        for (var i = 0; i < ScannedFrames && source.MoveNext(); i++)
        {
            if (source.Kind != RecordedKind.Frame || source.Venue == Venue.None)
            {
                continue;
            }

            if (_clock.NowNanos == 0)
            {
                _clock.AdvanceTo(source.ReceivedNanos);
            }

            if (!VenueNames.Spot.Contains(source.Venue))
            {
                _predictions.Add(source.Venue);
                continue;
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
    /// <param name="core">Takes the spot venues' prices.</param>
    /// <param name="bots">Take the prediction venues' frames; null where there are none.</param>
    /// <param name="cancel">Ends it before.</param>
    /// <exception cref="RecordingException">A file is damaged.</exception>
    public async Task PlayAsync(MarketCore core, TapePredictions? bots, CancellationToken cancel)
    {
        (_core, _bots) = (core, bots);
        try
        {
            await PlayAsync(cancel);
        }
        finally
        {
            _clock.LetGo();
        }
    }

    /// <inheritdoc/>
    public void Post(in TopOfBook top) => _core?.OnTop(top, _clock.NowNanos);

    private async Task PlayAsync(CancellationToken cancel)
    {
        using var source = RecordingFiles.Open(_paths, _venue, _salvage);
        var watch = Stopwatch.StartNew();
        long first = 0;
        Volatile.Write(ref _note, $"playing the tape of {string.Join(", ", Venues().Select(venue => venue.Name()))}");
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
        _core!.OnTime(_clock.NowNanos);
        Volatile.Write(ref _note, $"the tape has ended after {_frames} frames; prices stand where it ended");
    }

    private IEnumerable<Venue> Venues() => _desks.Keys.Concat(_bots?.Venues ?? []);

    private void Take(IFrameSource source)
    {
        Tick(source.ReceivedNanos);
        _clock.AdvanceTo(source.ReceivedNanos);
        _frames++;
        if (!_desks.TryGetValue(source.Venue, out var desk))
        {
            using (_clock.Enter())
            {
                _bots?.Take(source);
            }

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
            using (_clock.Enter())
            {
                _bots?.Pass(_nextTickNanos);
            }
        }
    }
}
