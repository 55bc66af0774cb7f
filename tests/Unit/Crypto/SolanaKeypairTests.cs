using System.Text.Json;
using Strikeline.Crypto;

namespace Strikeline.Unit.Crypto;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SolanaKeypairTests : IDisposable
{
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("crypto/solana-keypair-1.json", "keypair", "publicKeyBase58")]
    [InlineData("crypto/solana-keypair-2.json", "keypair", "publicKey")]
    public void Published_keypairs_are_read_with_their_address(string file, string pair, string key)
    {
        using var vector = JsonDocument.Parse(File.ReadAllBytes(RecordedData.File(file)));
        var path = Put(vector.RootElement.GetProperty(pair).GetRawText());
        using var keypair = SolanaKeypair.Read(path);
        var wanted = vector.RootElement.GetProperty(key);
        Assert.Equal(
            wanted.ValueKind == JsonValueKind.String
                ? wanted.GetString()
                : Base58.Encode([.. wanted.EnumerateArray().Select(number => number.GetByte())]),
            keypair.Address);
    }

    [Fact]
    public void A_written_key_comes_back_with_mode_0600_and_leaves_no_draft()
    {
        using var keypair = new SolanaKeypair(Seed);
        var path = At("new.json");
        keypair.Write(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
        Assert.Equal(64, JsonSerializer.Deserialize<int[]>(File.ReadAllText(path))!.Length);
        using var again = SolanaKeypair.Read(path);
        Assert.Equal(keypair.Address, again.Address);

        using var signer = again.OpenSigner();
        var signature = new byte[64];
        signer.Sign([1], signature);
        Assert.True(Ed25519.Verify(keypair.PublicKey, [1], signature));
    }

    [Fact]
    public void An_existing_file_or_dangling_link_is_never_overwritten()
    {
        using var keypair = new SolanaKeypair(Seed);
        var path = Put("precious");
        Refuses(() => keypair.Write(path), path, "never overwritten");
        Assert.Equal("precious", File.ReadAllText(path));
        var link = At("link.json");
        File.CreateSymbolicLink(link, At("nowhere"));
        Refuses(() => keypair.Write(link), link, "never overwritten");
        Assert.False(File.Exists(At("nowhere")));
    }

    [Fact]
    public void Of_many_writers_at_once_exactly_one_wins()
    {
        for (var round = 0; round < 50; round++)
        {
            var path = At($"race-{round}.json");
            var won = 0;
            Parallel.For(0, 16, i =>
            {
                using var keypair = new SolanaKeypair([.. Enumerable.Repeat((byte)i, 32)]);
                try
                {
                    keypair.Write(path);
                    Interlocked.Increment(ref won);
                }
                catch (KeyFileException)
                {
                }
            });
            Assert.Equal(1, won);
            Assert.Equal(round + 1, Directory.GetFiles(_folder).Length);
            SolanaKeypair.Read(path).Dispose();
        }
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_named()
    {
        using var keypair = new SolanaKeypair(Seed);
        var path = At("missing/key.json");
        Refuses(() => keypair.Write(path), path, "cannot be written");
    }

    [Fact]
    public void A_missing_file_is_refused_with_the_way_to_make_one() =>
        Refuses(() => SolanaKeypair.Read(At("none.json")), At("none.json"), "strikeline keys new");

    [Fact]
    public void A_folder_in_place_of_the_file_is_refused() =>
        Refuses(() => SolanaKeypair.Read(_folder), _folder, "key file");

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_open_to_others_is_refused_with_chmod(UnixFileMode extra)
    {
        var path = At("open.json");
        using (var keypair = new SolanaKeypair(Seed))
        {
            keypair.Write(path);
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);
        Refuses(() => SolanaKeypair.Read(path), path, $"chmod 600 {path}");
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{}", "does not begin with '['")]
    [InlineData("[1,2,3]", "it has 3 numbers")]
    [InlineData("[256]", "entry 1 is not")]
    [InlineData("[-1]", "entry 1 is not")]
    [InlineData("[1.5]", "entry 1 is not")]
    [InlineData("[\"1\"]", "entry 1 is not")]
    [InlineData("[[1]]", "entry 1 is not")]
    [InlineData("[1,", "not valid JSON")]
    [InlineData("secret words", "not valid JSON")]
    public void Malformed_text_is_refused_without_quoting_it(string text, string what)
    {
        var path = Put(text);
        var line = Refuses(() => SolanaKeypair.Read(path), path, what);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_numbers_trailing_text_and_a_huge_file_are_refused()
    {
        var numbers = string.Join(',', Enumerable.Repeat("1", 65));
        Refuses(() => SolanaKeypair.Read(Put($"[{numbers}]")), At("key.json"), "more than 64");
        using var keypair = new SolanaKeypair(Seed);
        keypair.Write(At("good.json"));
        var good = File.ReadAllText(At("good.json"));
        Refuses(() => SolanaKeypair.Read(Put(good + "x")), At("key.json"), "not valid JSON");
        Refuses(() => SolanaKeypair.Read(Put(new string(' ', 5000))), At("key.json"), "too many");
    }

    [Fact]
    public void A_public_key_of_another_seed_is_refused()
    {
        using var keypair = new SolanaKeypair(Seed);
        keypair.Write(At("good.json"));
        var numbers = JsonSerializer.Deserialize<int[]>(File.ReadAllText(At("good.json")))!;
        numbers[0] ^= 1;
        var path = Put(JsonSerializer.Serialize(numbers));
        Refuses(() => SolanaKeypair.Read(path), path, "does not belong to its seed");
    }

    private static string Refuses(Action act, string path, string what)
    {
        var line = Assert.Throws<KeyFileException>(act).Message;
        Assert.Contains(path, line, StringComparison.Ordinal);
        Assert.Contains(what, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        return line;
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string Put(string text)
    {
        var path = At("key.json");
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
