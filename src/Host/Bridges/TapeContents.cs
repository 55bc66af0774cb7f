using Strikeline.Kernel;
using Strikeline.Lab;
using Strikeline.Testnet;
using Strikeline.Venues;

namespace Strikeline.Host.Bridges;

/// <summary>What recordings hold: their pairs with grid and first whole book, and when they begin.</summary>
/// <remarks>
/// Read to the end before anything is played: only then are the grids known, and a damaged file is found at the start.
/// </remarks>
internal sealed class TapeContents : IFeedSink
{
    private readonly SortedDictionary<(Venue Venue, string Symbol), Found> _found = [];
    private long _trades;

    private TapeContents()
    {
    }

    /// <summary>Pairs of which a whole book was recorded, by venue and symbol.</summary>
    public IReadOnlyList<TapePair> Pairs { get; private set; } = [];

    /// <summary>When the first dated item was received, nanoseconds since the Unix epoch; zero where none is.</summary>
    public long FirstNanos { get; private set; }

    /// <summary>Reads everything once.</summary>
    /// <exception cref="RecordingException">A file is missing or damaged, or no pair's whole book is in it.</exception>
    public static TapeContents Read(TapeFiles files)
    {
        var contents = new TapeContents();
        var feeds = new TapeFeeds(contents);
        long frames = 0;
        using (var source = files.Open())
        {
            while (source.MoveNext())
            {
                if (!files.Wants(source))
                {
                    continue;
                }

                frames++;
                contents.FirstNanos = contents.FirstNanos == 0 ? source.ReceivedNanos : contents.FirstNanos;
                feeds.Take(source);
            }
        }

        contents.Pairs =
        [
            .. contents._found.Values.Where(found => found.IsWhole).Select((found, index) => found.Pair(index)),
        ];
        if (contents.Pairs.Count == 0)
        {
            var whose = files.Venue == Venue.None ? string.Empty : $" of {files.Venue.Name()}";
            throw new RecordingException(
                $"{string.Join(", ", files.Paths)}: no pair{whose} with a whole book in {frames} frames "
                + $"({contents._trades} trades); name a recording of the book channel with its snapshot");
        }

        return contents;
    }

    /// <inheritdoc/>
    public void OnEvent(FeedInstrument instrument, in VenueEvent e, long receivedNanos)
    {
        if (e.Kind == VenueEventKind.Trade)
        {
            _trades++;
            Of(instrument).Grid.Add(new Level(e.Price, e.Quantity), instrument.Grid);
        }
    }

    /// <inheritdoc/>
    public void OnBook(
        FeedInstrument instrument,
        in VenueEvent e,
        ReadOnlySpan<Level> bids,
        ReadOnlySpan<Level> asks,
        long receivedNanos) => Of(instrument).Add(instrument, bids, asks);

    /// <inheritdoc/>
    public void OnProof(FeedInstrument instrument, long receivedNanos)
    {
    }

    private Found Of(FeedInstrument instrument)
    {
        var key = (instrument.Venue, instrument.Symbol.ToString());
        if (!_found.TryGetValue(key, out var found))
        {
            found = new Found(instrument.Venue, instrument.Symbol);
            _found.Add(key, found);
        }

        return found;
    }

    /// <summary>One pair while the recordings are read.</summary>
    private sealed class Found(Venue venue, Symbol symbol)
    {
        private Grid _wire;
        private Level[] _bids = [];
        private Level[] _asks = [];

        public TapeGrid Grid { get; } = new();

        public bool IsWhole => _bids.Length > 0;

        public void Add(FeedInstrument instrument, ReadOnlySpan<Level> bids, ReadOnlySpan<Level> asks)
        {
            Add(bids, instrument.Grid);
            Add(asks, instrument.Grid);
            var book = instrument.Book;
            if (!IsWhole && book.Bids.Count > 0 && book.Asks.Count > 0 && !book.IsCrossed)
            {
                _wire = instrument.Grid;
                _bids = TapePair.Levels(book.Bids);
                _asks = TapePair.Levels(book.Asks);
            }
        }

        /// <summary>The pair on the venue's own grid where that is known and fine enough.</summary>
        public TapePair Pair(int index)
        {
            var known = MarketPairs.All.FirstOrDefault(pair => pair.Venue == venue && pair.Symbol == symbol)
                ?? new MarketPair(venue, symbol, default, 1, 1, 1, 1);
            var needed = Grid.Finest;
            var grid = new Grid(
                Math.Max(known.Grid.PriceDecimals, needed.PriceDecimals),
                Math.Max(known.Grid.QuantityDecimals, needed.QuantityDecimals));
            return new TapePair(index, known with { Grid = grid }, _wire, _bids, _asks);
        }

        private void Add(ReadOnlySpan<Level> levels, Grid grid)
        {
            foreach (var level in levels)
            {
                if (level.Quantity != 0)
                {
                    Grid.Add(level, grid);
                }
            }
        }
    }
}
