using System.Diagnostics;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json;
using Strikeline.Crypto;

namespace Strikeline.Unit.Crypto;

public sealed class Ed25519Tests
{
    public static TheoryData<string> BackEnds => [.. Ed25519BackEnd.Available.Select(one => one.Name)];

    private static readonly BigInteger Order =
        BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");

    [Fact]
    public void The_first_available_back_end_is_in_use_and_the_managed_one_is_always_there()
    {
        Assert.Same(Ed25519BackEnd.Available[0], Ed25519.BackEnd);
        Assert.Equal("bouncycastle", Ed25519BackEnd.Available[^1].Name);
    }

    [Fact]
    public void On_a_machine_with_the_libraries_all_three_back_ends_are_there()
    {
        Assert.SkipUnless(File.Exists("/lib/x86_64-linux-gnu/libsodium.so.23"), "libsodium23 is not installed");
        Assert.Equal(["libsodium", "openssl", "bouncycastle"], Ed25519BackEnd.Available.Select(one => one.Name));
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void Published_vectors_are_reproduced_to_the_byte(string name)
    {
        var backEnd = Named(name);
        using var file = JsonDocument.Parse(File.ReadAllBytes(RecordedData.File("crypto/ed25519-rfc8032-1.json")));
        foreach (var vector in file.RootElement.EnumerateArray())
        {
            Signs(backEnd, Hex(vector, "priv"), Hex(vector, "pub"), Hex(vector, "msg"), Hex(vector, "sig"));
        }
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void The_authors_own_vectors_are_reproduced_to_the_byte(string name)
    {
        var backEnd = Named(name);
        using var file = File.OpenRead(RecordedData.File("crypto/ed25519-sign-input-1.txt.gz"));
        using var lines = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var count = 0;
        while (lines.ReadLine() is { } line)
        {
            var parts = line.Split(':').Select(part => part.Length == 0 ? [] : Convert.FromHexString(part)).ToArray();
            Signs(backEnd, parts[0][..32], parts[1], parts[2], parts[3][..64]);
            count++;
        }

        Assert.Equal(128, count);
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void Wycheproof_verdicts_hold(string name)
    {
        var backEnd = Named(name);
        var count = 0;
        using var file = JsonDocument.Parse(File.ReadAllBytes(RecordedData.File("crypto/ed25519-wycheproof-1.json")));
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = Hex(group.GetProperty("publicKey"), "pk");
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var verdict = Ed25519.Verify(backEnd, key, Hex(test, "msg"), Hex(test, "sig"));
                Assert.True(
                    verdict == (test.GetProperty("result").GetString() == "valid"),
                    $"tcId {test.GetProperty("tcId")}: {verdict}");
                count++;
            }
        }

        Assert.Equal(76, count);
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void Every_single_bit_flip_of_message_signature_or_key_is_refused(string name)
    {
        var backEnd = Named(name);
        var random = new Random(20261121);
        using var signer = new Ed25519Signer(Bytes(random, 32), backEnd);
        var message = Bytes(random, Counts.Of(200, 40));
        var signature = new byte[64];
        signer.Sign(message, signature);
        var key = signer.PublicKey.ToArray();
        Assert.True(Ed25519.Verify(backEnd, key, message, signature));
        foreach (var target in new[] { message, signature, key })
        {
            for (var bit = 0; bit < target.Length * 8; bit++)
            {
                target[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(Ed25519.Verify(backEnd, key, message, signature), $"bit {bit}");
                target[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.True(Ed25519.Verify(backEnd, key, message, signature));
    }

    [Fact]
    public void All_back_ends_give_equal_bytes_for_random_keys_and_messages()
    {
        var random = new Random(7);
        for (var i = 0; i < Counts.Of(2_000, 100); i++)
        {
            var seed = Bytes(random, 32);
            var message = Bytes(random, random.Next(0, 300));
            var signatures = Ed25519BackEnd.Available.Select(one => Sign(one, seed, message)).ToArray();
            Assert.All(signatures, signature => Assert.Equal(signatures[0], signature));
        }
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void A_signature_whose_S_is_raised_by_the_group_order_is_refused(string name)
    {
        var backEnd = Named(name);
        var seed = Bytes(new Random(3), 32);
        byte[] message = [1, 2, 3];
        var signature = Sign(backEnd, seed, message);
        using var signer = new Ed25519Signer(seed, backEnd);
        var raised = new BigInteger(signature.AsSpan(32), isUnsigned: true) + Order;
        Assert.True(raised.TryWriteBytes(signature.AsSpan(32), out var written, isUnsigned: true));
        signature.AsSpan(32 + written).Clear();
        Assert.False(Ed25519.Verify(backEnd, signer.PublicKey, message, signature));
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void Every_small_order_or_non_canonical_key_is_refused_even_where_the_equation_holds(string name)
    {
        var backEnd = Named(name);
        var prime = BigInteger.Pow(2, 255) - 19;
        var eighth = new BigInteger(
            Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
            isUnsigned: true);
        BigInteger[] ys = [0, 1, prime - 1, prime, prime + 1, eighth, prime - eighth, prime + 2, prime + 18];
        foreach (var y in ys)
        {
            foreach (var sign in new byte[] { 0, 0x80 })
            {
                var key = new byte[32];
                Assert.True(y.TryWriteBytes(key, out _, isUnsigned: true));
                key[31] |= sign;
                Assert.False(Ed25519.IsAcceptableKey(key));

                // With A of order n and S = 0, R = −hA: some small-order R satisfies the bare equation.
                foreach (var other in ys)
                {
                    var signature = new byte[64];
                    Assert.True(other.TryWriteBytes(signature.AsSpan(0, 32), out _, isUnsigned: true));
                    Assert.False(Ed25519.Verify(backEnd, key, [9], signature));
                }
            }
        }
    }

    [Fact]
    public void Random_bytes_get_the_same_verdict_from_all_back_ends()
    {
        var random = new Random(11);
        for (var i = 0; i < Counts.Of(5_000, 200); i++)
        {
            var key = Bytes(random, 32);
            var signature = Bytes(random, 64);
            signature[63] &= 0x0f;
            Assert.All(Ed25519BackEnd.Available, one => Assert.False(Ed25519.Verify(one, key, signature, signature)));
        }
    }

    [Theory]
    [InlineData(31, 64)]
    [InlineData(33, 64)]
    [InlineData(32, 63)]
    [InlineData(32, 65)]
    [InlineData(0, 0)]
    public void Wrong_sizes_are_refused_without_an_exception(int keySize, int signatureSize) =>
        Assert.All(
            Ed25519BackEnd.Available,
            one => Assert.False(Ed25519.Verify(one, new byte[keySize], [1], new byte[signatureSize])));

    [Fact]
    public void A_seed_or_room_of_a_wrong_size_and_a_closed_key_throw()
    {
        Assert.Throws<ArgumentException>(() => new Ed25519Signer(new byte[31]));
        var signer = new Ed25519Signer(new byte[32]);
        Assert.Throws<ArgumentException>(() => signer.Sign([], new byte[63]));
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.Sign([], new byte[64]));
    }

    [Theory]
    [MemberData(nameof(BackEnds))]
    public void One_signer_serves_many_threads(string name)
    {
        var seed = Bytes(new Random(5), 32);
        using var signer = new Ed25519Signer(seed, Named(name));
        var wanted = Enumerable.Range(0, 64).Select(i => Sign(Named(name), seed, [(byte)i])).ToArray();
        Parallel.For(0, 64, i =>
        {
            var signature = new byte[64];
            signer.Sign([(byte)i], signature);
            Assert.Equal(wanted[i], signature);
        });
    }

    [Fact]
    public void Node_verifies_our_signature()
    {
        var seed = Bytes(new Random(13), 32);
        using var signer = new Ed25519Signer(seed);
        byte[] message = [.. "first light"u8];
        var signature = new byte[64];
        signer.Sign(message, signature);
        const string script =
            "const c=require('crypto'),[k,m,s]=process.argv.slice(1).map(x=>Buffer.from(x,'hex'));" +
            "const der=Buffer.concat([Buffer.from('302a300506032b6570032100','hex'),k]);" +
            "const key=c.createPublicKey({key:der,format:'der',type:'spki'});" +
            "const bad=Buffer.from(s);bad[0]^=1;" +
            "console.log(c.verify(null,m,key,s)+' '+c.verify(null,m,key,bad))";
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[]
        {
            "-e", script, Convert.ToHexStringLower(signer.PublicKey), Convert.ToHexStringLower(message),
            Convert.ToHexStringLower(signature),
        })
        {
            start.ArgumentList.Add(argument);
        }

        Process? node = null;
        try
        {
            node = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("node is not installed");
        }

        using (node!)
        {
            Assert.Equal("true false", node!.StandardOutput.ReadToEnd().Trim());
        }
    }

    private static void Signs(Ed25519BackEnd backEnd, byte[] seed, byte[] key, byte[] message, byte[] signature)
    {
        using var signer = new Ed25519Signer(seed, backEnd);
        Assert.Equal(key, signer.PublicKey.ToArray());
        var made = new byte[64];
        signer.Sign(message, made);
        Assert.Equal(signature, made);
        Assert.True(Ed25519.Verify(backEnd, key, message, signature));
    }

    private static byte[] Sign(Ed25519BackEnd backEnd, byte[] seed, byte[] message)
    {
        using var signer = new Ed25519Signer(seed, backEnd);
        var signature = new byte[64];
        signer.Sign(message, signature);
        return signature;
    }

    private static Ed25519BackEnd Named(string name) => Ed25519BackEnd.Available.Single(one => one.Name == name);

    private static byte[] Hex(JsonElement element, string field) =>
        Convert.FromHexString(element.GetProperty(field).GetString()!);

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
