using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Lab;

/// <summary>The replay of a prediction venue: its books are keyed by token.</summary>
public sealed class OutcomeReplay : IReplay
{
    private readonly OutcomeHash _hash = new();
    private readonly OutcomePlay _play;

    /// <summary>Makes a replay.</summary>
    /// <param name="venue">Whose traffic it will be.</param>
    public OutcomeReplay(Venue venue) => _play = new OutcomePlay(OutcomeDecoders.Of(venue, _hash));

    /// <inheritdoc/>
    public void Take(IFrameSource item) => _play.Take(item);

    /// <inheritdoc/>
    public ReplayReport Report()
    {
        var decoder = _play.Decoder;
        var report = new ReplayReport { Venue = decoder.Venue, DecisionHash = _hash.Value };
        report.Add(decoder.Tally);
        foreach (var book in decoder.Books)
        {
            report.Books.TryAdd(book.Key.TokenId, BookLine.Of(book));
        }

        return report;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
