using System.Buffers.Binary;
using Strikeline.Crypto;
using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

/// <summary>Damage gives the truth or a refusal that names its place; never another state.</summary>
public sealed class JournalDamageTests
{
    private const int Records = 400;
    private const int Block = 4096;
    private static readonly IReadOnlyDictionary<string, byte[]> Plain = JournalSamples.Written(Records, 1).Files;
    private static readonly IReadOnlyDictionary<string, byte[]> Snapped =
        JournalSamples.Written(Records, 2, snapshotEvery: 150).Files;

    private static string[] Segments =>
        [.. Plain.Keys.Where(name => name.EndsWith(".sljournal", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static TheoryData<bool> BothWays => [true, false];

    [Theory]
    [MemberData(nameof(BothWays))]
    public void Every_length_of_the_last_three_records_is_refused_where_acknowledged_and_cut_where_not(bool shorter)
    {
        var last = Segments[^1];
        var bytes = Plain[last];
        var (starts, end) = Layout(bytes);
        for (var length = starts[^3]; length <= end; length++)
        {
            var files = new Dictionary<string, byte[]>(Plain) { [last] = bytes[..length] };
            if (!shorter)
            {
                var zeroed = new byte[bytes.Length];
                bytes.AsSpan(0, length).CopyTo(zeroed);
                files[last] = zeroed;
            }

            // A record ends in padding and checksums: cut anywhere, it is there whole or not at all.
            var whole = Records - 3 + starts[^2..].Append(end).Count(stop => length >= stop);
            whole = shorter || bytes.AsSpan(length, end - length).ContainsAnyExcept((byte)0) ? whole : Records;
            var refusal = Refusal(files);
            Assert.Equal(whole < Records, refusal is not null);
            if (refusal is not null)
            {
                Assert.Equal(last, refusal.File);
                Assert.Equal((ulong)whole + 1, refusal.Sequence);
                Assert.Equal(starts.Append(end).ElementAt(starts.Count - 3 + whole - (Records - 3)), (int)refusal.Offset);
            }

            // Without the mark nobody was told: a tail that is torn or gone is cut off, and the journal goes on.
            files.Remove("journal.mark");
            var disk = SimulatedJournalDisk.Of(files);
            var log = new ReplayLog();
            using (var journal = DurableJournal.Open(disk, JournalSamples.Small, log))
            {
                Assert.Equal((ulong)whole, log.Last);
                Assert.NotEmpty(journal.Recovered.Notes);
                JournalSamples.Append(journal, 50);
            }

            Assert.Equal((ulong)whole + 50, ReadAll(disk.Files).Last);
        }
    }

    [Fact]
    public void Random_bit_flips_never_give_another_state()
    {
        var dice = new Random(11);
        var refused = 0;
        for (var i = 0; i < Counts.Of(10_000, 500); i++)
        {
            var files = Copy(Snapped);
            var bytes = Pick(files, dice, out _);
            var bit = dice.Next(bytes.Length * 8);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            refused += Judge(files, $"flip {i}");
        }

        Assert.True(refused > 0);
    }

    [Fact]
    public void Zeroed_duplicated_and_swapped_blocks_never_give_another_state()
    {
        var dice = new Random(12);
        var refused = 0;
        for (var i = 0; i < Counts.Of(10_000, 500); i++)
        {
            var files = Copy(Snapped);
            var one = PickBlock(files, dice);
            var other = PickBlock(files, dice);
            var size = Math.Min(one.Count, other.Count);
            switch (i % 3)
            {
                case 0:
                    one.AsSpan().Clear();
                    break;
                case 1:
                    one[..size].CopyTo(other);
                    break;
                default:
                    byte[] kept = [.. one[..size]];
                    other[..size].CopyTo(one);
                    kept.CopyTo(other.AsSpan());
                    break;
            }

            refused += Judge(files, $"block {i}");
        }

        Assert.True(refused > 0);
    }

    [Fact]
    public void Sector_sized_zeroes_swaps_and_copies_within_a_segment_never_give_another_state()
    {
        var dice = new Random(13);
        for (var i = 0; i < Counts.Of(10_000, 500); i++)
        {
            var files = Copy(Plain);
            var bytes = files[Segments[dice.Next(Segments.Length)]];
            var one = dice.Next(bytes.Length / 512) * 512;
            var other = dice.Next(bytes.Length / 512) * 512;
            byte[] kept = [.. bytes.AsSpan(one, 512)];
            bytes.AsSpan(other, 512).CopyTo(bytes.AsSpan(one));
            if (i % 2 == 0)
            {
                kept.CopyTo(bytes.AsSpan(other));
            }

            Judge(files, $"sector {i}");
        }
    }

    [Fact]
    public void A_missing_segment_is_refused_wherever_it_is_missing()
    {
        foreach (var name in Segments)
        {
            var files = Copy(Plain);
            files.Remove(name);
            var refusal = Refusal(files);
            Assert.NotNull(refusal);
            Assert.Contains(
                refusal.Reason,
                name == Segments[^1] ? [JournalReasons.AcknowledgedLost] : new[] { JournalReasons.SegmentMissing });
        }

        var none = Copy(Plain).Where(file => !Segments.Contains(file.Key)).ToDictionary();
        Assert.Equal(JournalReasons.SegmentMissing, Refusal(none)?.Reason);
    }

    [Fact]
    public void Damage_in_front_of_a_later_batch_is_refused_even_without_the_mark()
    {
        var last = Segments[^1];
        var (starts, _) = Layout(Plain[last]);
        var files = Copy(Plain);
        files.Remove("journal.mark");
        files[last][starts[0] + 9] ^= 1;
        var refusal = Refusal(files);
        Assert.Equal(JournalReasons.RecordChecksum, refusal?.Reason);
        Assert.Equal(starts[0], refusal?.Offset);
        Assert.Contains("of a later batch follows", refusal?.Message, StringComparison.Ordinal);
        Assert.Contains(last, refusal?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_of_the_same_torn_batch_is_no_proof_of_damage()
    {
        var disk = new SimulatedJournalDisk();
        var journal = DurableJournal.Open(disk, JournalSamples.Small, new ReplayLog());
        JournalSamples.Append(journal, 2);
        Assert.True(journal.Step());
        JournalSamples.Append(journal, 4);
        disk.DuringSync = () => throw new JournalDiskException("power cut");
        Assert.False(journal.Step());
        var files = disk.Files.ToDictionary();
        var name = files.Keys.Single(file => file.EndsWith(".sljournal", StringComparison.Ordinal));
        var (starts, _) = Layout(files[name]);
        Assert.Equal(6, starts.Count);
        files[name].AsSpan(starts[3], 8).Clear();
        Assert.Equal(3UL, ReadAll(files).Last);
    }

    [Fact]
    public void A_sound_record_with_a_wrong_sequence_chain_or_epoch_is_refused()
    {
        var name = Segments[^1];
        var (starts, _) = Layout(Plain[name]);
        Assert.Equal(JournalReasons.RecordSequence, Forged(record => record[8]++));
        Assert.Equal(JournalReasons.RecordEpoch, Forged(record => record[16]++));
        Assert.Equal(JournalReasons.RecordEpoch, Forged(record => record[16]--));
        Assert.Equal(JournalReasons.RecordChain, Forged(record => record[4]++));

        string? Forged(Action<byte[]> forge)
        {
            var files = Copy(Plain);
            var record = files[name][starts[1]..starts[2]];
            forge(record);
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(record.Length - 4), Crc32C.Of(record.AsSpan(..^4)));
            record.CopyTo(files[name].AsSpan(starts[1]));
            return Refusal(files)?.Reason;
        }
    }

    [Theory]
    [InlineData("journal-00000000000000000001.sljournal", 64)]
    [InlineData("journal.mark", 64)]
    public void A_newer_format_is_refused(string name, int headerSize)
    {
        var files = Copy(Plain);
        Newer(files[name], 0, headerSize);
        Newer(files[name], name == "journal.mark" ? 4096 : 0, headerSize);
        var refusal = Refusal(files);
        Assert.Equal(JournalReasons.Newer, refusal?.Reason);
        Assert.Contains("format version 2, and this program reads up to 1", refusal?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_of_a_newer_format_is_refused_and_not_passed_over()
    {
        var files = Copy(Snapped);
        Newer(files[Snapshots(files)[^1]], 0, 96);
        Assert.Equal(JournalReasons.Newer, Refusal(files)?.Reason);
    }

    [Fact]
    public void A_damaged_newest_snapshot_is_told_and_the_one_before_is_used()
    {
        var files = Copy(Snapped);
        var snapshots = Snapshots(files);
        Assert.Equal(2, snapshots.Length);
        var whole = ReadAll(files);
        files[snapshots[1]][1000] ^= 4;
        var log = new ReplayLog();
        var disk = SimulatedJournalDisk.Of(files);
        using (var journal = DurableJournal.Open(disk, JournalSamples.Small, log))
        {
            Assert.True(log.Snapshot < whole.Snapshot);
            Assert.Equal(whole.Last, log.Last);
            Assert.Contains(journal.Recovered.Notes, note => note.Contains(snapshots[1], StringComparison.Ordinal));

            // The damaged one is out of the way: the next snapshot keeps the sound one beside it.
            JournalSamples.Append(journal, 1);
            Assert.True(journal.Step());
            JournalSamples.Snapshot(journal);
        }

        files = Copy(disk.Files);
        Assert.Contains(snapshots[1] + ".damaged", files.Keys);
        files[Snapshots(files)[^1]][1000] ^= 4;
        Assert.Equal(log.Snapshot, ReadAll(files).Snapshot);

        foreach (var name in Snapshots(files))
        {
            files[name][1001] ^= 4;
        }

        Assert.Equal(JournalReasons.Snapshot, Refusal(files)?.Reason);
    }

    [Fact]
    public void Both_places_of_the_mark_damaged_are_refused_and_one_is_told()
    {
        var files = Copy(Plain);
        files["journal.mark"][33] ^= 1;
        Assert.Contains(
            JournalReader.Read(SimulatedJournalDisk.Of(files)).Notes,
            note => note.Contains("the other one is used", StringComparison.Ordinal));
        files["journal.mark"][4096 + 33] ^= 1;
        Assert.Equal(JournalReasons.Mark, Refusal(files)?.Reason);
    }

    private static void Newer(byte[] bytes, int at, int headerSize)
    {
        var header = bytes.AsSpan(at, headerSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], 2);
        BinaryPrimitives.WriteUInt32LittleEndian(header[^4..], Crc32C.Of(header[..^4]));
    }

    private static string[] Snapshots(Dictionary<string, byte[]> files) =>
        [.. files.Keys.Where(name => name.EndsWith(".slsnapshot", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static Dictionary<string, byte[]> Copy(IReadOnlyDictionary<string, byte[]> files) =>
        files.ToDictionary(file => file.Key, file => file.Value.ToArray(), StringComparer.Ordinal);

    private static byte[] Pick(Dictionary<string, byte[]> files, Random dice, out string name)
    {
        // By bytes, so that a block of a large file is as likely as one of a small file.
        var names = files.Keys.Where(one => one != "spare.new").Order(StringComparer.Ordinal).ToList();
        var at = dice.NextInt64(names.Sum(one => (long)files[one].Length));
        name = names[0];
        foreach (var one in names)
        {
            name = one;
            at -= files[one].Length;
            if (at < 0)
            {
                break;
            }
        }

        return files[name];
    }

    private static ArraySegment<byte> PickBlock(Dictionary<string, byte[]> files, Random dice)
    {
        var bytes = Pick(files, dice, out _);
        var at = dice.Next((bytes.Length + Block - 1) / Block) * Block;
        return new ArraySegment<byte>(bytes, at, Math.Min(Block, bytes.Length - at));
    }

    // 1 where it was refused; a reading must hold everything, since everything was acknowledged. ReplayLog proves each
    // record.
    private static int Judge(Dictionary<string, byte[]> files, string what)
    {
        try
        {
            Assert.Equal((ulong)Records, ReadAll(files).Last);
            return 0;
        }
        catch (JournalException refusal)
        {
            Assert.True(refusal.File.Length > 0 && refusal.Offset >= 0, $"{what}: {refusal.Message}");
            Assert.Contains($"({refusal.Reason})", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("\n", refusal.Message, StringComparison.Ordinal);
            return 1;
        }
    }

    private static ReplayLog ReadAll(IReadOnlyDictionary<string, byte[]> files)
    {
        var log = new ReplayLog();
        JournalReader.Read(SimulatedJournalDisk.Of(files), log);
        return log;
    }

    private static JournalException? Refusal(IReadOnlyDictionary<string, byte[]> files) =>
        Record.Exception(() => ReadAll(files)) as JournalException;

    // Where each record of a segment starts, and where the last one ends.
    private static (List<int> Starts, int End) Layout(byte[] segment)
    {
        var starts = new List<int>();
        var at = 64;
        while (at + 32 <= segment.Length && BinaryPrimitives.ReadUInt64LittleEndian(segment.AsSpan(at + 8)) > 0)
        {
            starts.Add(at);
            at += 32 + ((BinaryPrimitives.ReadInt32LittleEndian(segment.AsSpan(at)) + 7) & ~7);
        }

        return (starts, at);
    }
}
