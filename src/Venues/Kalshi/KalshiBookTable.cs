using System.Text;

namespace Strikeline.Venues.Kalshi;

/// <summary>The books of a feed by ticker, found without allocating.</summary>
/// <param name="discover">True to add markets as they appear, as for recordings.</param>
/// <remarks>Feed loop only.</remarks>
internal sealed class KalshiBookTable(bool discover)
{
    private readonly Dictionary<string, KalshiBook> _byTicker = new(StringComparer.Ordinal);
    private readonly List<KalshiBook> _all = [];
    private KalshiBook? _last;

    /// <summary>All of them, in the order in which they were added.</summary>
    public IReadOnlyList<KalshiBook> All => _all;

    /// <summary>Finds a market's book; in a recording a well-spelled unknown one is added.</summary>
    public KalshiBook? Find(ReadOnlySpan<byte> ticker)
    {
        if (_last is not null && Ascii.Equals(ticker, _last.Ticker))
        {
            return _last;
        }

        Span<char> name = stackalloc char[KalshiNames.MaxLength];
        if (!KalshiNames.IsTicker(ticker))
        {
            return null;
        }

        Encoding.ASCII.GetChars(ticker, name);
        name = name[..ticker.Length];
        if (_byTicker.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var book))
        {
            _last = book;
            return book;
        }

        return discover && _all.Count < VenuesLimits.MaxInstruments ? Add(name.ToString()) : null;
    }

    /// <inheritdoc cref="Find(ReadOnlySpan{byte})"/>
    public KalshiBook? Find(string ticker) => Find(Encoding.ASCII.GetBytes(ticker));

    /// <summary>The book of a market, made where there is none.</summary>
    public KalshiBook Add(string ticker)
    {
        if (!_byTicker.TryGetValue(ticker, out var book))
        {
            book = new KalshiBook(ticker);
            _byTicker.Add(ticker, book);
            _all.Add(book);
        }

        _last = book;
        return book;
    }

    /// <summary>Forgets a market.</summary>
    public void Remove(string ticker)
    {
        if (_byTicker.Remove(ticker, out var book))
        {
            _all.Remove(book);
            _last = ReferenceEquals(_last, book) ? null : _last;
        }
    }
}
