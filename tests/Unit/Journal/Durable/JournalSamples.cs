using System.Buffers.Binary;
using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

/// <summary>Seeded payloads, each made from its sequence alone, so that what was read back proves itself.</summary>
internal static class JournalSamples
{
    /// <summary>Small files, so that tests roll over many of them.</summary>
    public static JournalSettings Small { get; } = new() { SegmentBytes = 4096, BufferBytes = 8192 };

    public static byte[] Payload(ulong sequence)
    {
        var random = new Random((int)(sequence % int.MaxValue));
        var bytes = new byte[random.Next(8) == 0 ? random.Next(900) : random.Next(80)];
        random.NextBytes(bytes);
        return bytes;
    }

    public static ushort Type(ulong sequence) => (ushort)(sequence * 7 % 65_536);

    public static void Append(DurableJournal journal, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(JournalAppend.Appended, TryAppend(journal));
        }
    }

    /// <summary>So many records, durable, however small the buffer is.</summary>
    public static void Write(DurableJournal journal, int count)
    {
        for (; count > 0; count--)
        {
            Append(journal, 1);
            Assert.True(journal.Step());
        }
    }

    public static JournalAppend TryAppend(DurableJournal journal) =>
        journal.Append(Type(journal.LastSequence + 1), Payload(journal.LastSequence + 1), out _);

    /// <summary>Appends as fast as the disk takes it, with a snapshot now and then, until it is stopped.</summary>
    public static Task WriteUntil(DurableJournal journal, ulong snapshotEvery, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (TryAppend(journal) != JournalAppend.Appended)
                {
                    Assert.True(journal.Wait(journal.DurableSequence + 1), journal.Failure);
                }
                else if (journal.LastSequence % snapshotEvery == 0)
                {
                    Assert.True(journal.Wait(journal.LastSequence), journal.Failure);
                    Snapshot(journal);
                }
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>A journal of so many records in batches of 1 to 5, closed.</summary>
    public static SimulatedJournalDisk Written(int records, int seed, ulong snapshotEvery = 0, JournalSettings? settings = null)
    {
        var disk = new SimulatedJournalDisk();
        var dice = new Random(seed);
        var snapshotAt = snapshotEvery;
        using var journal = DurableJournal.Open(disk, settings ?? Small, new ReplayLog());
        while (journal.LastSequence < (ulong)records)
        {
            Append(journal, Math.Min(dice.Next(1, 6), records - (int)journal.LastSequence));
            Assert.True(journal.Step());
            while (journal.Step())
            {
            }

            if (snapshotEvery > 0 && journal.DurableSequence >= snapshotAt)
            {
                Snapshot(journal);
                snapshotAt += snapshotEvery;
            }
        }

        return disk;
    }

    public static void Snapshot(DurableJournal journal) => journal.WriteSnapshot(
        journal.DurableSequence, StateHash(journal.DurableSequence), State(journal.DurableSequence));

    /// <summary>One thing that a writer does: a record, or a batch of so many on average, and now and then a
    /// snapshot.</summary>
    public static void Act(DurableJournal journal, Random dice, int batch)
    {
        if (dice.Next(batch + 1) > 0)
        {
            _ = TryAppend(journal);
            return;
        }

        journal.Step();
        if (journal.DurableSequence > journal.Recovered.SnapshotSequence + 40 && dice.Next(200 / batch) == 0)
        {
            try
            {
                Snapshot(journal);
            }
            catch (ArgumentException)
            {
                // Nothing new since the last one.
            }
        }
    }

    public static byte[] State(ulong sequence)
    {
        var state = new byte[1500];
        new Random((int)sequence).NextBytes(state);
        BinaryPrimitives.WriteUInt64LittleEndian(state, sequence);
        return state;
    }

    public static byte[] StateHash(ulong sequence) =>
        System.Security.Cryptography.SHA256.HashData(State(sequence));
}

/// <summary>Checks everything that is read back against what was written, and keeps how far it went.</summary>
internal sealed class ReplayLog : IJournalReplay
{
    public ulong Snapshot { get; private set; }

    public ulong Last { get; private set; }

    public ulong Applied { get; private set; }

    public void Restore(in JournalSnapshot snapshot)
    {
        Assert.Equal(0UL, Last);
        Assert.True(snapshot.State.SequenceEqual(JournalSamples.State(snapshot.Sequence)));
        Assert.True(snapshot.StateHash.SequenceEqual(JournalSamples.StateHash(snapshot.Sequence)));
        Snapshot = Last = snapshot.Sequence;
    }

    public void Apply(in JournalRecord record)
    {
        Assert.Equal(Last + 1, record.Sequence);
        Assert.Equal(JournalSamples.Type(record.Sequence), record.Type);
        Assert.True(record.Payload.SequenceEqual(JournalSamples.Payload(record.Sequence)));
        Last = record.Sequence;
        Applied++;
    }
}
