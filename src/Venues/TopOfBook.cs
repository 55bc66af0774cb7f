using Strikeline.Kernel;

namespace Strikeline.Venues;

/// <summary>The top of one instrument's book, with what is needed to judge its age.</summary>
/// <param name="Venue">The venue.</param>
/// <param name="Symbol">The pair.</param>
/// <param name="Bid">Best bid in 10^-PriceDecimals; zero where there is none.</param>
/// <param name="Ask">Best ask in 10^-PriceDecimals; zero where there is none.</param>
/// <param name="PriceDecimals">Decimals of both prices.</param>
/// <param name="Proven">True where the book is proven.</param>
/// <param name="Live">False where nothing has changed for longer than the rule allows, or the connection is
/// gone.</param>
/// <param name="ChangedNanos">When the book's content last changed, nanoseconds since the Unix epoch.</param>
/// <param name="LimitNanos">The silence that the rule allows this instrument.</param>
public readonly record struct TopOfBook(
    Venue Venue,
    Symbol Symbol,
    long Bid,
    long Ask,
    int PriceDecimals,
    bool Proven,
    bool Live,
    long ChangedNanos,
    long LimitNanos);

/// <summary>Takes tops of book from desks.</summary>
public interface ITopInbox
{
    /// <summary>A top of book changed, or is confirmed. Called under the desk's lock: must return at once.</summary>
    void Post(in TopOfBook top);
}
