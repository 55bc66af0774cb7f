using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>
/// SHA-256 over everything that a prediction venue's decoder says, in order: a tag, length-prefixed UTF-8 for each
/// name,
/// and every number as 8 bytes little-endian; books with proof, level counts and all levels.
/// </summary>
/// <remarks>One thread. Equal input gives equal bytes on every machine and run.</remarks>
public sealed class OutcomeHash : IOutcomeSink, IDisposable
{
    private const int MaxNumber = sizeof(long);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _length;

    private enum Tag : byte
    {
        Market = 1,
        Gone = 2,
        Book = 3,
        Trade = 4,
        Reference = 5,
        Alert = 6,
    }

    /// <summary>The hash of all events so far, in lower-case hexadecimal.</summary>
    public string Value
    {
        get
        {
            Flush();
            return Convert.ToHexStringLower(_hash.GetCurrentHash());
        }
    }

    /// <inheritdoc/>
    public void OnMarket(OutcomeMarket market, long receivedNanos)
    {
        Begin(Tag.Market, market.Venue, receivedNanos);
        Add(market.MarketId);
        Add(market.Slug);
        Add(market.Yes.TokenId);
        Add(market.No.TokenId);
        Add((long)market.Phase);
        Add(market.EventId);
        Add((market.IsExclusive ? 1 : 0) + (market.IsAugmented ? 2 : 0));
        Add(market.EventMarkets);
        Add(market.OpensNanos);
        Add(market.ClosesNanos);
        Add(market.YesPaysPpm ?? -1);
        Add(market.Rules);
        Add(market.Price);
    }

    /// <inheritdoc/>
    public void OnGone(Venue venue, string marketId, long receivedNanos)
    {
        Begin(Tag.Gone, venue, receivedNanos);
        Add(marketId);
    }

    /// <inheritdoc/>
    public void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos)
    {
        foreach (var book in books)
        {
            OnBook(book, receivedNanos);
        }
    }

    /// <inheritdoc/>
    public void OnTrade(in OutcomeTrade trade, long receivedNanos)
    {
        Begin(Tag.Trade, trade.Key.Venue, receivedNanos);
        Add(trade.Key.TokenId);
        Add(trade.PricePpm);
        Add(trade.SizeMicro);
        Add((long)trade.TakerSide);
        Add(trade.VenueNanos);
    }

    /// <inheritdoc/>
    public void OnReference(in ReferencePrice price, long receivedNanos)
    {
        Begin(Tag.Reference, price.Venue, receivedNanos);
        Add(price.Asset);
        Add(price.Oracle);
        Add(price.Statistic);
        Add(price.PriceE8);
        Add(price.VenueNanos);
    }

    /// <inheritdoc/>
    public void OnAlert(in MarketAlert alert, long receivedNanos)
    {
        Begin(Tag.Alert, alert.Venue, receivedNanos);
        Add(alert.MarketId);
        Add(alert.Code);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void OnBook(OutcomeBook book, long receivedNanos)
    {
        Begin(Tag.Book, book.Key.Venue, receivedNanos);
        Add(book.Key.TokenId);
        Add((long)book.Proof);
        Add(book.VenueNanos);
        Add(book.Levels.Bids);
        Add(book.Levels.Asks);
    }

    private void Begin(Tag tag, Venue venue, long receivedNanos)
    {
        Reserve(2);
        _buffer[_length++] = (byte)tag;
        _buffer[_length++] = (byte)venue;
        Add(receivedNanos);
    }

    private void Add(MarketRules rules)
    {
        Add(rules.Bands.Length);
        foreach (var band in rules.Bands)
        {
            Add(band.FromPpm);
            Add(band.ToPpm);
            Add(band.TickPpm);
        }

        Add(rules.SizeStepMicro);
        Add(rules.LeastRestingMicro);
        Add(rules.LeastTakingMicros);
        Add(rules.TakingDollarStepMicros);
        Add(rules.TakingShareStepMicro);
        Add((long)rules.Fee.Kind);
        Add(rules.Fee.RatePpm);
        Add(rules.Fee.Exponent);
        Add(rules.Fee.MakerPpm);
        Add(rules.Fee.GrainMicros);
        Add(rules.Fee.OrderGrainMicros);
        Add(rules.TakerHold.Ticks);
        Add((rules.MayMerge ? 1 : 0) + (rules.Nets ? 2 : 0));
        Add(rules.SigningDomain);
    }

    private void Add(PriceQuestion? question)
    {
        Add(question is null ? 0 : 1);
        if (question is not null)
        {
            Add(question.Asset);
            Add(question.Oracle);
            Add(question.Statistic);
            Add(question.StrikeE8 ?? -1);
            Add((question.OpensAtStrike ? 1 : 0) + (question.TieIsYes ? 2 : 0));
            Add(question.StartNanos);
            Add(question.EndNanos);
        }
    }

    private void Add(BookSide side)
    {
        Add(side.Count);
        for (var i = 0; i < side.Count; i++)
        {
            Add(side.FromBest(i).Price);
            Add(side.FromBest(i).Quantity);
        }
    }

    private void Add(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Reserve(MaxNumber + most);
        var length = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length + MaxNumber));
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_length), length);
        _length += MaxNumber + length;
    }

    private void Add(long value)
    {
        Reserve(MaxNumber);
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_length), value);
        _length += MaxNumber;
    }

    private void Reserve(int bytes)
    {
        if (_length + bytes > _buffer.Length)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _length);
        _length = 0;
    }
}
