namespace Strikeline.Lab;

/// <summary>Runs recorded traffic of one venue through the production decoders, as fast as they go.</summary>
/// <remarks>One thread. The result is a function of the items alone.</remarks>
public interface IReplay : IDisposable
{
    /// <summary>Takes one item of a recording.</summary>
    void Take(IFrameSource item);

    /// <summary>What came out.</summary>
    ReplayReport Report();
}
