using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Strikeline.Crypto;

namespace Strikeline.Unit.Crypto;

/// <summary>The hasher under a walker that knows any typed structure, over published ones.</summary>
public sealed class Eip712Tests
{
    [Fact]
    public void Published_structures_have_their_digests()
    {
        var count = 0;
        foreach (var vector in KeccakTests.Vectors("crypto/eip712-1.json.gz"))
        {
            var types = vector.GetProperty("types");
            var hash = HashStruct(types, vector.GetProperty("primaryType").GetString()!, vector.GetProperty("data"));
            var digest = new byte[32];
            Eip712.Digest(Domain(vector.GetProperty("domain")), hash, digest);
            Assert.True(
                vector.GetProperty("digest").GetString() == "0x" + Convert.ToHexStringLower(digest),
                vector.GetProperty("name").GetString());
            count++;
        }

        Assert.Equal(300, count);
    }

    [Fact]
    public void The_example_of_the_standard_is_reproduced_to_the_signature()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(RecordedData.File("crypto/eip712-reference-1.json")));
        var (typed, expected) = (file.RootElement.GetProperty("typedData"), file.RootElement.GetProperty("expected"));
        var person = "Person(string name,address wallet)";
        var hash = new byte[32];
        var mail = new Eip712Struct(Encoding.ASCII.GetBytes("Mail(Person from,Person to,string contents)" + person));
        foreach (var who in (string[])["from", "to"])
        {
            var one = new Eip712Struct(Encoding.ASCII.GetBytes(person));
            var message = typed.GetProperty("message").GetProperty(who);
            one.Add(message.GetProperty("name").GetString());
            one.Add(EthAddress.Parse(message.GetProperty("wallet").GetString()!));
            one.Finish(hash);
            mail.AddHash(hash);
        }

        mail.Add(typed.GetProperty("message").GetProperty("contents").GetString());
        mail.Finish(hash);
        Assert.Equal(expected.GetProperty("structHash").GetString(), "0x" + Convert.ToHexStringLower(hash));

        var (domain, digest) = (new byte[32], new byte[32]);
        Eip712.DomainSeparator(
            "Ether Mail", "1", 1, EthAddress.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"), domain);
        Assert.Equal(expected.GetProperty("domainSeparator").GetString(), "0x" + Convert.ToHexStringLower(domain));
        Eip712.Digest(domain, hash, digest);
        Assert.Equal(expected.GetProperty("digest").GetString(), "0x" + Convert.ToHexStringLower(digest));

        var key = new byte[32];
        Keccak256.Hash("cow"u8, key);
        foreach (var backEnd in Secp256k1BackEnd.Available)
        {
            using var signer = new Secp256k1Signer(key, backEnd);
            var signature = new byte[65];
            signer.Sign(digest, signature);
            Assert.Equal(EthAddress.Parse(expected.GetProperty("address").GetString()!), signer.Address);
            Assert.Equal(Secp256k1Tests.Hex(expected, "r"), signature[..32]);
            Assert.Equal(Secp256k1Tests.Hex(expected, "s"), signature[32..64]);
            Assert.Equal(expected.GetProperty("v").GetInt32(), signature[64]);
            Assert.True(Secp256k1.TryRecover(digest, signature, out EthAddress recovered));
            Assert.Equal(signer.Address, recovered);
        }
    }

    [Fact]
    public void Texts_of_any_length_are_hashed_by_their_bytes()
    {
        foreach (var text in (string[])["", "Grüße", new string('x', 256), new string('ü', 257), new string('語', 4000)])
        {
            var (byText, byBytes) = (new byte[32], new byte[32]);
            var one = new Eip712Struct("T(string a)"u8);
            one.Add(text);
            one.Finish(byText);
            var other = new Eip712Struct("T(string a)"u8);
            other.AddBytes(Encoding.UTF8.GetBytes(text));
            other.Finish(byBytes);
            Assert.Equal(byBytes, byText);
        }
    }

    private static byte[] Domain(JsonElement domain)
    {
        string[][] fields =
        [
            ["name", "string"], ["version", "string"], ["chainId", "uint256"], ["verifyingContract", "address"],
            ["salt", "bytes32"],
        ];
        var present = fields.Where(field => domain.TryGetProperty(field[0], out var value)
            && value.ValueKind != JsonValueKind.Null).ToArray();
        var type = $"EIP712Domain({string.Join(',', present.Select(field => $"{field[1]} {field[0]}"))})";
        var hasher = new Eip712Struct(Encoding.UTF8.GetBytes(type));
        foreach (var field in present)
        {
            hasher.AddHash(Word(default, field[1], domain.GetProperty(field[0])));
        }

        var hash = new byte[32];
        hasher.Finish(hash);
        return hash;
    }

    private static byte[] HashStruct(JsonElement types, string type, JsonElement data)
    {
        var hasher = new Eip712Struct(Encoding.UTF8.GetBytes(TypeText(types, type)));
        foreach (var member in types.GetProperty(type).EnumerateArray())
        {
            var name = member.GetProperty("name").GetString()!;
            hasher.AddHash(Word(types, member.GetProperty("type").GetString()!, data.GetProperty(name)));
        }

        var hash = new byte[32];
        hasher.Finish(hash);
        return hash;
    }

    private static byte[] Word(JsonElement types, string type, JsonElement value)
    {
        var word = new byte[32];
        if (type.EndsWith(']'))
        {
            var element = type[..type.LastIndexOf('[')];
            Keccak256.Hash([.. value.EnumerateArray().SelectMany(one => Word(types, element, one))], word);
        }
        else if (types.ValueKind == JsonValueKind.Object && types.TryGetProperty(type, out _))
        {
            return HashStruct(types, type, value);
        }
        else if (type == "string")
        {
            Keccak256.Hash(Encoding.UTF8.GetBytes(value.GetString()!), word);
        }
        else if (type == "bytes")
        {
            Keccak256.Hash(Convert.FromHexString(value.GetString()![2..]), word);
        }
        else if (type.StartsWith("bytes", StringComparison.Ordinal))
        {
            Convert.FromHexString(value.GetString()![2..]).CopyTo(word, 0);
        }
        else if (type == "bool")
        {
            word[31] = value.GetBoolean() ? (byte)1 : (byte)0;
        }
        else if (type == "address")
        {
            EthAddress.Parse(value.GetString()!.ToLowerInvariant()).Value.Write(word);
        }
        else
        {
            Number(value).Write(word);
        }

        return word;
    }

    private static UInt256 Number(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        var number = text.StartsWith("0x", StringComparison.Ordinal)
            ? BigInteger.Parse("0" + text[2..], NumberStyles.HexNumber)
            : BigInteger.Parse(text, NumberStyles.AllowLeadingSign);
        number = number.Sign < 0 ? (BigInteger.One << 256) + number : number;
        Assert.True(UInt256.TryParse(number.ToString(), out var read));
        return read;
    }

    // The type itself, then every type that it needs, by name.
    private static string TypeText(JsonElement types, string type)
    {
        var needed = new SortedSet<string>(StringComparer.Ordinal);
        Collect(types, type, needed);
        needed.Remove(type);
        return string.Concat(needed.Prepend(type).Select(one => one + "(" + string.Join(
            ',', types.GetProperty(one).EnumerateArray().Select(member =>
                $"{member.GetProperty("type").GetString()} {member.GetProperty("name").GetString()}")) + ")"));
    }

    private static void Collect(JsonElement types, string type, SortedSet<string> found)
    {
        var bracket = type.IndexOf('[');
        var plain = bracket < 0 ? type : type[..bracket];
        if (types.TryGetProperty(plain, out var members) && found.Add(plain))
        {
            foreach (var member in members.EnumerateArray())
            {
                Collect(types, member.GetProperty("type").GetString()!, found);
            }
        }
    }
}
