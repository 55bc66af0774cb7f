namespace Strikeline.Exchange;

/// <summary>A state as it was behind a record.</summary>
internal sealed class ShardCopy
{
    /// <summary>The last record that the state contains.</summary>
    public ulong Sequence { get; set; }

    /// <summary>Its bytes.</summary>
    public StateWriter State { get; } = new();
}
