using Strikeline.Venues;

namespace Strikeline.Host.Composition;

/// <summary>Breaks the circle of desks that feed a loop that asks the desks.</summary>
internal sealed class LateInbox : ITopInbox
{
    /// <summary>Who gets the tops; set once, before the first can come. Without it they are nobody's.</summary>
    public ITopInbox? Target { get; set; }

    /// <inheritdoc/>
    public void Post(in TopOfBook top) => Target?.Post(top);
}
