using System.IO.Compression;
using System.Text.Json;
using Strikeline.Crypto;

namespace Strikeline.Unit.Crypto;

public sealed class KeccakTests
{
    [Fact]
    public void Published_hashes_are_reproduced_whole_and_in_pieces()
    {
        var count = 0;
        foreach (var vector in Vectors("crypto/keccak-hashes-1.json.gz"))
        {
            var data = Convert.FromHexString(vector.GetProperty("data").GetString()![2..]);
            var expected = vector.GetProperty("keccak256").GetString()![2..];
            var hash = new byte[Keccak256.Size];
            Keccak256.Hash(data, hash);
            Assert.Equal(expected, Convert.ToHexStringLower(hash));
            for (var cut = 1; cut <= 9; cut += 4)
            {
                var sponge = default(Keccak256);
                for (var at = 0; at < data.Length; at += cut)
                {
                    sponge.Add(data.AsSpan(at, Math.Min(cut, data.Length - at)));
                }

                sponge.Finish(hash);
                Assert.Equal(expected, Convert.ToHexStringLower(hash));
            }

            count++;
        }

        Assert.Equal(258, count);
    }

    [Fact]
    public void Texts_that_end_near_the_rate_have_hashes_of_their_own()
    {
        var seen = new HashSet<string>();
        foreach (var length in (int[])[134, 135, 136, 137, 271, 272, 273])
        {
            var data = new byte[length];
            Array.Fill(data, (byte)'a');
            var hash = new byte[32];
            Keccak256.Hash(data, hash);
            Assert.True(seen.Add(Convert.ToHexStringLower(hash)));
        }
    }

    [Fact]
    public void A_sponge_begins_again_after_it_has_finished()
    {
        var sponge = default(Keccak256);
        sponge.Add("something else"u8);
        var hash = new byte[32];
        sponge.Finish(hash);
        sponge.Finish(hash);
        Assert.Equal("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", Convert.ToHexStringLower(hash));
    }

    [Fact]
    public void Hashing_allocates_nothing()
    {
        var (data, hash) = (new byte[1000], new byte[32]);
        Keccak256.Hash(data, hash);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Keccak256.Hash(data, hash);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    internal static IEnumerable<JsonElement> Vectors(string relative)
    {
        using var file = File.OpenRead(RecordedData.File(relative));
        using var text = new GZipStream(file, CompressionMode.Decompress);
        using var parsed = JsonDocument.Parse(text);
        foreach (var vector in parsed.RootElement.EnumerateArray())
        {
            yield return vector.Clone();
        }
    }
}
