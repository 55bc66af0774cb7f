using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>Receives what a prediction venue says, in the order in which it said it.</summary>
/// <remarks>Called on the venue's feed loop only; must return at once, throw nothing, and keep no book or
/// span.</remarks>
public interface IOutcomeSink
{
    /// <summary>A market was found or has changed: rules, phase, price to beat, outcome.</summary>
    void OnMarket(OutcomeMarket market, long receivedNanos);

    /// <summary>A market is watched no longer.</summary>
    void OnGone(Venue venue, string marketId, long receivedNanos);

    /// <summary>Books or their proofs have changed, all at the same moment: one frame mostly changes both tokens of a
    /// market, and what is between the two changes has never been at the venue.</summary>
    /// <param name="books">The books, each once, valid during the call.</param>
    /// <param name="receivedNanos">When the frame arrived, nanoseconds since the Unix epoch; for a watchdog's verdict
    /// the time of it.</param>
    void OnBooks(ReadOnlySpan<OutcomeBook> books, long receivedNanos);

    /// <summary>A trade at the venue.</summary>
    void OnTrade(in OutcomeTrade trade, long receivedNanos);

    /// <summary>A value of a price that markets settle on.</summary>
    void OnReference(in ReferencePrice price, long receivedNanos);

    /// <summary>Something that is not understood (an unknown version, field, enum or tick) or does not fit: the market
    /// must
    /// not be traded until <see cref="OnMarket"/> speaks of it again.</summary>
    void OnAlert(in MarketAlert alert, long receivedNanos);
}

/// <summary>A trade of a token.</summary>
/// <param name="Key">The token.</param>
/// <param name="PricePpm">Price in parts per million.</param>
/// <param name="SizeMicro">Size in millionths of a share.</param>
/// <param name="TakerSide">The side that took liquidity.</param>
/// <param name="VenueNanos">The venue's time, nanoseconds since the Unix epoch.</param>
public readonly record struct OutcomeTrade(
    MarketKey Key, long PricePpm, long SizeMicro, Side TakerSide, long VenueNanos);

/// <summary>A value of a settlement price.</summary>
/// <param name="Venue">The venue whose markets settle on it.</param>
/// <param name="Asset">The asset, such as <c>BTC</c>.</param>
/// <param name="Oracle">As in <see cref="PriceQuestion"/>.</param>
/// <param name="Statistic">As in <see cref="PriceQuestion"/>.</param>
/// <param name="PriceE8">In 10^-8 dollars.</param>
/// <param name="VenueNanos">The moment that it stands for, nanoseconds since the Unix epoch.</param>
public readonly record struct ReferencePrice(
    Venue Venue, string Asset, string Oracle, string Statistic, long PriceE8, long VenueNanos);

/// <summary>Why a market cannot be traded.</summary>
/// <param name="Venue">The venue.</param>
/// <param name="MarketId">The market; empty where all of the venue's are meant.</param>
/// <param name="Code">Stable code, such as <c>UNKNOWN_MARKET_VERSION</c>, <c>UNKNOWN_FIELD</c>, <c>UNKNOWN_ENUM</c>,
/// <c>UNKNOWN_TICK</c>, <c>UNKNOWN_FEE</c>.</param>
/// <param name="Detail">One line: what was seen and where.</param>
public readonly record struct MarketAlert(Venue Venue, string MarketId, string Code, string Detail);
