using System.Text;
using Strikeline.Crypto;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Crypto;

[Collection(Alone.Name)]
public sealed class ChecksumTests
{
    private static readonly byte[] Digits = Encoding.ASCII.GetBytes("123456789");

    [Fact]
    public void Check_values_of_the_catalogue_hold()
    {
        Assert.Equal(0xCBF43926u, Crc32.Of(Digits));
        Assert.Equal(0xE3069283u, Crc32C.Of(Digits));
        Assert.Equal(0xE3069283u, Crc32C.AppendSoftware(0, Digits));
        Assert.Equal(0u, default(Crc32).Value);
        Assert.Equal(0u, Crc32C.Of([]));
    }

    [Fact]
    public void The_iSCSI_vectors_hold()
    {
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Of([.. Enumerable.Repeat((byte)0xff, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
    }

    [Fact]
    public void Any_split_gives_the_checksum_of_the_whole_and_hardware_equals_software()
    {
        var random = new Random(1);
        for (var round = 0; round < Counts.Of(20_000, 2_000); round++)
        {
            var bytes = new byte[random.Next(0, 100)];
            random.NextBytes(bytes);
            var cut = random.Next(0, bytes.Length + 1);
            var ieee = default(Crc32);
            ieee.Append(bytes.AsSpan(0, cut));
            ieee.Append(bytes.AsSpan(cut));
            var castagnoli = default(Crc32C);
            castagnoli.Append(bytes.AsSpan(0, cut));
            castagnoli.Append(bytes.AsSpan(cut));
            Assert.Equal(Bitwise(bytes, 0xEDB88320), ieee.Value);
            Assert.Equal(Bitwise(bytes, 0x82F63B78), castagnoli.Value);
            Assert.Equal(castagnoli.Value, Crc32C.AppendSoftware(0, bytes));
            Assert.Equal(ieee.Value, Crc32.Append(Crc32.Of(bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
        }
    }

    [Fact]
    public void Checksums_allocate_nothing()
    {
        var bytes = new byte[1000];
        _ = Crc32.Of(bytes) ^ Crc32C.Of(bytes);
        var sum = 0u;
        Assert.Equal(0, Allocated.By(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                var running = default(Crc32);
                running.Append(bytes);
                sum ^= running.Value ^ Crc32C.Of(bytes);
            }
        }));
        Assert.Equal(0u, sum);
    }

    private static uint Bitwise(byte[] bytes, uint polynomial)
    {
        var register = uint.MaxValue;
        foreach (var value in bytes)
        {
            register ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                register = (register & 1) == 0 ? register >> 1 : (register >> 1) ^ polynomial;
            }
        }

        return ~register;
    }
}
