using Strikeline.Kernel;
using Strikeline.Lab;
using Strikeline.Testnet;
using Strikeline.Venues;

namespace Strikeline.Host.Bridges;

/// <summary>
/// The testnet's markets as they were recorded: books and trades of a tape, on the testnet's own clock.
/// </summary>
/// <remarks>
/// The tape is read by the production decoders. Its first moment is the moment of opening, and what lies t later in the
/// tape happens t ÷ speed later. Each pair begins with its first whole book; equal tapes and times give equal events.
/// </remarks>
internal sealed class TapeScript : IMarketScript, IFeedSink, IDisposable
{
    /// <summary>Pause between the end of a tape and its next beginning.</summary>
    private const long RestNanos = 100 * Stamps.NanosPerMilli;

    /// <summary>Least time from one beginning to the next: a tape of one moment must not spin.</summary>
    private const long ShortestRoundNanos = Stamps.NanosPerSecond;

    private const double FarthestNanos = 1e18;

    private readonly TapeFiles _files;
    private readonly TapeContents _contents;
    private readonly Dictionary<(Venue, Symbol), TapePair> _pairs;
    private readonly double _speed;
    private readonly bool _loop;
    private IFrameSource? _source;
    private TapeFeeds? _feeds;
    private IMarketSink? _sink;
    private long _beganNanos;
    private long _dueNanos;

    /// <summary>Reads the recordings once, to know what is in them.</summary>
    /// <param name="files">The recordings.</param>
    /// <param name="speed">Tape seconds for each second, more than zero.</param>
    /// <param name="loop">True to begin again at the end; false to stand still there.</param>
    /// <exception cref="RecordingException">
    /// A file is missing or damaged, or no pair's whole book is in it; the message is one line.
    /// </exception>
    public TapeScript(TapeFiles files, double speed = 1, bool loop = false)
    {
        _files = files;
        _speed = speed;
        _loop = loop;
        _contents = TapeContents.Read(files);
        Pairs = [.. _contents.Pairs.Select(pair => pair.Pair)];
        _pairs = _contents.Pairs.ToDictionary(pair => (pair.Pair.Venue, pair.Pair.Symbol));
    }

    /// <inheritdoc/>
    public IReadOnlyList<MarketPair> Pairs { get; }

    /// <inheritdoc/>
    public bool CanBeMoved => false;

    /// <inheritdoc/>
    public void Open(long atNanos, IMarketSink sink)
    {
        _sink = sink;
        Begin(atNanos);
    }

    /// <inheritdoc/>
    public bool Advance(long toNanos, IMarketSink sink)
    {
        _sink = sink;
        while (true)
        {
            if (_source is not null)
            {
                if (_dueNanos > toNanos)
                {
                    return true;
                }

                _feeds!.Take(_source);
                Next();
                continue;
            }

            if (!_loop)
            {
                return false;
            }

            var again = Math.Max(_dueNanos + RestNanos, _beganNanos + ShortestRoundNanos);
            if (again > toNanos)
            {
                return true;
            }

            Begin(again);
        }
    }

    /// <inheritdoc/>
    public bool TryJump(string asset, double percent) => false;

    /// <inheritdoc/>
    public bool TrySkew(int pair, double percent) => false;

    /// <inheritdoc/>
    public void OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos)
    {
        if (e.Kind == VenueEventKind.Trade
            && _pairs.TryGetValue((instrument.Venue, instrument.Symbol), out var pair))
        {
            pair.Trade(e.TakerSide, new Level(e.Price, e.Quantity), instrument.Grid, _dueNanos, _sink!);
        }
    }

    /// <inheritdoc/>
    public void OnBook(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos)
    {
        if (_pairs.TryGetValue((instrument.Venue, instrument.Symbol), out var pair))
        {
            pair.Follow(instrument, e.Kind == VenueEventKind.BookSnapshot, bids, asks, _dueNanos, _sink!);
        }
    }

    /// <inheritdoc/>
    public void OnProof(FeedInstrument instrument, long receivedNanos)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _source?.Dispose();

    private void Begin(long atNanos)
    {
        _beganNanos = atNanos;
        _dueNanos = atNanos;
        foreach (var pair in _contents.Pairs)
        {
            pair.Rewind(atNanos, _sink!);
        }

        _feeds = new TapeFeeds(this);
        _source = _files.Open();
        Next();
    }

    private void Next()
    {
        while (_source!.MoveNext())
        {
            if (_files.Wants(_source))
            {
                // An item without a time, or with an earlier one than the last, happens together with the last.
                var later = Math.Max(0, _source.ReceivedNanos - _contents.FirstNanos) / _speed;
                _dueNanos = Math.Max(_dueNanos, _beganNanos + (long)Math.Min(later, FarthestNanos));
                return;
            }
        }

        _source.Dispose();
        _source = null;
    }
}
