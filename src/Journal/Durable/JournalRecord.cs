namespace Strikeline.Journal;

/// <summary>A record of a journal; its payload is valid during the call that hands it out.</summary>
/// <param name="sequence">Its number: 1, 2, 3 …</param>
/// <param name="epoch">Which opening of the journal wrote it.</param>
/// <param name="type">The caller's kind of record.</param>
/// <param name="payload">The caller's bytes.</param>
public readonly ref struct JournalRecord(ulong sequence, ulong epoch, ushort type, ReadOnlySpan<byte> payload)
{
    /// <summary>Its number: 1, 2, 3 …</summary>
    public ulong Sequence { get; } = sequence;

    /// <summary>Which opening of the journal wrote it.</summary>
    public ulong Epoch { get; } = epoch;

    /// <summary>The caller's kind of record.</summary>
    public ushort Type { get; } = type;

    /// <summary>The caller's bytes.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;
}

/// <summary>A snapshot; its bytes are valid during the call that hands it out.</summary>
/// <param name="sequence">The last record that the state contains.</param>
/// <param name="stateHash">The caller's hash of the state, 32 bytes.</param>
/// <param name="state">The caller's bytes.</param>
public readonly ref struct JournalSnapshot(ulong sequence, ReadOnlySpan<byte> stateHash, ReadOnlySpan<byte> state)
{
    /// <summary>The last record that the state contains.</summary>
    public ulong Sequence { get; } = sequence;

    /// <summary>The caller's hash of the state, 32 bytes.</summary>
    public ReadOnlySpan<byte> StateHash { get; } = stateHash;

    /// <summary>The caller's bytes.</summary>
    public ReadOnlySpan<byte> State { get; } = state;
}

/// <summary>What a journal is read back into; called on the thread that opens it.</summary>
public interface IJournalReplay
{
    /// <summary>The newest sound snapshot, before any record; not called where there is none.</summary>
    void Restore(in JournalSnapshot snapshot);

    /// <summary>A record behind the snapshot, in order and without gaps.</summary>
    void Apply(in JournalRecord record);
}
