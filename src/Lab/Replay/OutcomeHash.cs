using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>
/// SHA-256 over everything that a prediction venue's decoder says, in order: a tag, length-prefixed UTF-8 for each
/// name, and every number as 8 bytes little-endian; books with proof, level counts and all levels.
/// </summary>
/// <remarks>One thread. Equal input gives equal bytes on every machine and run.</remarks>
public sealed class OutcomeHash : IOutcomeSink, IDisposable
{
    private readonly HashWriter _hash = new();

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
    public string Value => _hash.Value;

    /// <inheritdoc/>
    public void OnMarket(OutcomeMarket market, long receivedNanos)
    {
        Begin(Tag.Market, market.Venue, receivedNanos);
        _hash.Add(market.MarketId);
        _hash.Add(market.Slug);
        _hash.Add(market.Yes.TokenId);
        _hash.Add(market.No.TokenId);
        _hash.Add((long)market.Phase);
        _hash.Add(market.EventId);
        _hash.Add((market.IsExclusive ? 1 : 0) + (market.IsAugmented ? 2 : 0));
        _hash.Add(market.EventMarkets);
        _hash.Add(market.OpensNanos);
        _hash.Add(market.ClosesNanos);
        _hash.Add(market.YesPaysPpm ?? -1);
        Add(market.Rules);
        Add(market.Price);
    }

    /// <inheritdoc/>
    public void OnGone(Venue venue, string marketId, long receivedNanos)
    {
        Begin(Tag.Gone, venue, receivedNanos);
        _hash.Add(marketId);
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
        _hash.Add(trade.Key.TokenId);
        _hash.Add(trade.PricePpm);
        _hash.Add(trade.SizeMicro);
        _hash.Add((long)trade.TakerSide);
        _hash.Add(trade.VenueNanos);
    }

    /// <inheritdoc/>
    public void OnReference(in ReferencePrice price, long receivedNanos)
    {
        Begin(Tag.Reference, price.Venue, receivedNanos);
        _hash.Add(price.Asset);
        _hash.Add(price.Oracle);
        _hash.Add(price.Statistic);
        _hash.Add(price.PriceE8);
        _hash.Add(price.VenueNanos);
    }

    /// <inheritdoc/>
    public void OnAlert(in MarketAlert alert, long receivedNanos)
    {
        Begin(Tag.Alert, alert.Venue, receivedNanos);
        _hash.Add(alert.MarketId);
        _hash.Add(alert.Code);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void OnBook(OutcomeBook book, long receivedNanos)
    {
        Begin(Tag.Book, book.Key.Venue, receivedNanos);
        _hash.Add(book.Key.TokenId);
        _hash.Add((long)book.Proof);
        _hash.Add(book.VenueNanos);
        Add(book.Levels.Bids);
        Add(book.Levels.Asks);
    }

    private void Begin(Tag tag, Venue venue, long receivedNanos)
    {
        _hash.AddByte((byte)tag);
        _hash.AddByte((byte)venue);
        _hash.Add(receivedNanos);
    }

    private void Add(MarketRules rules)
    {
        _hash.Add(rules.Bands.Length);
        foreach (var band in rules.Bands)
        {
            _hash.Add(band.FromPpm);
            _hash.Add(band.ToPpm);
            _hash.Add(band.TickPpm);
        }

        _hash.Add(rules.SizeStepMicro);
        _hash.Add(rules.LeastRestingMicro);
        _hash.Add(rules.LeastTakingMicros);
        _hash.Add(rules.TakingDollarStepMicros);
        _hash.Add(rules.TakingShareStepMicro);
        _hash.Add((long)rules.Fee.Kind);
        _hash.Add(rules.Fee.RatePpm);
        _hash.Add(rules.Fee.Exponent);
        _hash.Add(rules.Fee.MakerPpm);
        _hash.Add(rules.Fee.GrainMicros);
        _hash.Add(rules.Fee.OrderGrainMicros);
        _hash.Add(rules.TakerHold.Ticks);
        _hash.Add((rules.MayMerge ? 1 : 0) + (rules.Nets ? 2 : 0));
        _hash.Add(rules.SigningDomain);
    }

    private void Add(PriceQuestion? question)
    {
        _hash.Add(question is null ? 0 : 1);
        if (question is not null)
        {
            _hash.Add(question.Asset);
            _hash.Add(question.Oracle);
            _hash.Add(question.Statistic);
            _hash.Add(question.StrikeE8 ?? -1);
            _hash.Add((question.OpensAtStrike ? 1 : 0) + (question.TieIsYes ? 2 : 0));
            _hash.Add(question.StartNanos);
            _hash.Add(question.EndNanos);
        }
    }

    private void Add(BookSide side)
    {
        _hash.Add(side.Count);
        for (var i = 0; i < side.Count; i++)
        {
            _hash.Add(side.FromBest(i).Price);
            _hash.Add(side.FromBest(i).Quantity);
        }
    }
}
