using System.Buffers.Binary;
using Strikeline.Crypto;
using Strikeline.Journal;

namespace Strikeline.Unit.Journal;

public sealed class TapeDamageTests
{
    private static readonly List<OwnedFrame> Frames = TapeSamples.Frames(17, 120, 200);
    private static readonly byte[] Tape = TapeSamples.Tape(Frames);
    private static readonly List<int> Blocks = TapeSamples.BlockOffsets(Tape);

    [Fact]
    public void The_sample_has_several_blocks_of_both_ways_of_storing()
    {
        Assert.True(Blocks.Count > 5);
        using var reader = TapeSamples.Reader(TapeSamples.Tape([Frames[0] with { PayloadHex = "0102" }]));
        Assert.True(reader.Read());
    }

    [Fact]
    public void Every_truncation_is_found_and_named_and_every_frame_before_it_is_right()
    {
        var from = Counts.Full ? 0 : Blocks[^4];
        for (var length = from; length < Tape.Length; length++)
        {
            var cut = Tape[..length];
            var failure = Fails(cut, out var before);
            AssertPrefix(before);
            if (length >= 32)
            {
                var block = Blocks.Last(at => at <= length);
                Assert.Equal(block, failure.Offset);
                Assert.Equal(before.Count, failure.IntactBefore);
                Assert.Equal(0, failure.IntactAfter);
                using var salvage = TapeSamples.Reader(cut, salvage: true);
                Assert.Equal(before, TapeSamples.ReadAll(salvage));
                Assert.Equal(block, Assert.Single(salvage.Flaws).Offset);
            }
        }
    }

    [Fact]
    public void Every_single_bit_flip_is_found_and_named_and_no_wrong_frame_is_handed_out()
    {
        var random = new Random(20261121);
        for (var i = 0; i < Counts.Of(10_000, 1_500); i++)
        {
            var bit = random.Next(Tape.Length * 8);
            var flipped = (byte[])Tape.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var failure = Fails(flipped, out var before);
            AssertPrefix(before);
            var place = bit / 8 < 32 ? 0 : Blocks.Last(at => at <= bit / 8);
            Assert.Equal(place, failure.Offset);
            Assert.Contains($"byte {place}:", failure.Message, StringComparison.Ordinal);

            using var salvage = TapeSamples.Reader(flipped, salvage: true);
            var kept = TapeSamples.ReadAll(salvage);
            Assert.Equal(place, Assert.Single(salvage.Flaws).Offset);
            Assert.Equal(failure.IntactBefore + failure.IntactAfter, kept.Count);
            AssertAllButOneBlock(kept, place);
        }
    }

    [Fact]
    public void Blocks_taken_out_doubled_or_swapped_are_found()
    {
        byte[] Part(int block) => Tape[Blocks[block]..(block + 1 < Blocks.Count ? Blocks[block + 1] : Tape.Length)];
        byte[] Join(params int[] order) => [.. Tape[..32], .. order.SelectMany(Part)];
        var all = Enumerable.Range(0, Blocks.Count).ToArray();
        Assert.Equal(Tape, Join(all));
        var missing = Fails(Join([.. all.Where(block => block != 2)]), out _);
        Assert.Contains("blocks 2 to 2 are missing", missing.Message, StringComparison.Ordinal);
        Assert.Equal(Blocks[2], missing.Offset);
        Assert.Contains(
            "block 1 stands where block 2 belongs", Fails(Join([0, 1, 1, .. all[2..]]), out _).Message,
            StringComparison.Ordinal);
        Fails(Join([1, 0, .. all[2..]]), out var swapped);
        Assert.Empty(swapped);
        Assert.Contains(
            "5 bytes follow the end mark", Fails([.. Tape, 1, 2, 3, 4, 5], out var whole).Message,
            StringComparison.Ordinal);
        Assert.Equal(Frames, whole);
    }

    [Fact]
    public void Zeros_over_a_stretch_of_several_blocks_lose_only_those()
    {
        var holed = (byte[])Tape.Clone();
        Array.Clear(holed, Blocks[1] + 10, Blocks[3] - Blocks[1]);
        using var salvage = TapeSamples.Reader(holed, salvage: true);
        var kept = TapeSamples.ReadAll(salvage);
        Assert.True(kept.Count > 0 && kept.Count < Frames.Count);
        Assert.All(kept, frame => Assert.Contains(frame, Frames));
        Assert.Equal(Frames[^1], kept[^1]);
        Assert.Equal(Blocks[1], salvage.Flaws[0].Offset);
    }

    [Fact]
    public void A_newer_format_is_refused_in_both_ways_of_reading()
    {
        var newer = Versioned(2);
        foreach (var salvage in new[] { false, true })
        {
            var failure = Assert.Throws<TapeException>(() => TapeSamples.Reader(newer, salvage));
            Assert.Contains("format version is 2", failure.Message, StringComparison.Ordinal);
            Assert.Contains("update the program", failure.Message, StringComparison.Ordinal);
        }

        using var same = TapeSamples.Reader(Versioned(1));
        Assert.Equal(Frames, TapeSamples.ReadAll(same));
    }

    [Fact]
    public void Foreign_files_are_refused_with_what_they_begin_with()
    {
        byte[] gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, .. new byte[100]];
        var failure = Assert.Throws<TapeException>(() => TapeSamples.Reader(gzip, salvage: true));
        Assert.Contains("1f8b080000000000", failure.Message, StringComparison.Ordinal);
        Assert.Contains("is empty", Assert.Throws<TapeException>(() => TapeSamples.Reader([])).Message,
            StringComparison.Ordinal);
        Assert.Contains("too few", Assert.Throws<TapeException>(() => TapeSamples.Reader(Tape[..31])).Message,
            StringComparison.Ordinal);
        Assert.False(TapeReader.IsTape(gzip));
        Assert.True(TapeReader.IsTape(Tape));
    }

    [Fact]
    public void Noise_never_makes_a_frame_or_another_exception()
    {
        var random = new Random(3);
        for (var i = 0; i < Counts.Of(5_000, 300); i++)
        {
            var noise = (byte[])Tape.Clone();
            for (var hit = random.Next(1, 200); hit > 0; hit--)
            {
                noise[random.Next(noise.Length)] = (byte)random.Next(256);
            }

            try
            {
                using var salvage = TapeSamples.Reader(noise, salvage: true);
                Assert.All(TapeSamples.ReadAll(salvage), frame => Assert.Contains(frame, Frames));
            }
            catch (TapeException failure)
            {
                Assert.DoesNotContain('\n', failure.Message);
            }
        }
    }

    private static byte[] Versioned(ushort version)
    {
        var tape = (byte[])Tape.Clone();
        BinaryPrimitives.WriteUInt16LittleEndian(tape.AsSpan(8), version);
        BinaryPrimitives.WriteUInt32LittleEndian(tape.AsSpan(28), Crc32C.Of(tape.AsSpan(0, 28)));
        return tape;
    }

    private static TapeException Fails(byte[] tape, out List<OwnedFrame> before)
    {
        var frames = new List<OwnedFrame>();
        before = frames;
        var failure = Assert.Throws<TapeException>(() =>
        {
            using var reader = TapeSamples.Reader(tape);
            while (reader.Read())
            {
                frames.Add(OwnedFrame.Of(reader.Frame));
            }
        });
        Assert.StartsWith("tape sample.sltape: byte ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }

    private static void AssertPrefix(List<OwnedFrame> before) => Assert.Equal(Frames.Take(before.Count), before);

    // The frames of every block but the damaged one, in order.
    private static void AssertAllButOneBlock(List<OwnedFrame> kept, int place)
    {
        var wanted = new List<OwnedFrame>();
        var at = 0;
        foreach (var block in Blocks)
        {
            var count = BitConverter.ToInt32(Tape, block + 12);
            wanted.AddRange(block == place ? [] : Frames.GetRange(at, count));
            at += count;
        }

        Assert.Equal(wanted, kept);
    }
}
