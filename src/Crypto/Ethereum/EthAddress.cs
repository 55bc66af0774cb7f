using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Strikeline.Crypto;

/// <summary>An Ethereum address: the last 20 bytes of the Keccak-256 hash of a public key, or a contract's.</summary>
/// <param name="Value">The 20 bytes as a number, in a word of 256 bits.</param>
/// <remarks>Printed with the checksum of EIP-55: a letter is a capital where the hash of the small letters says so.
/// </remarks>
public readonly record struct EthAddress(UInt256 Value)
{
    /// <summary>Bytes in an address.</summary>
    public const int Size = 20;

    private const int TextLength = 2 + (2 * Size);

    /// <summary>The address of nobody.</summary>
    public static EthAddress Zero => default;

    /// <summary>The address of a public key of 64 bytes: X and Y, the highest byte first.</summary>
    public static EthAddress OfPublicKey(ReadOnlySpan<byte> publicKey64)
    {
        if (publicKey64.Length != Secp256k1.PublicKeySize)
        {
            throw new ArgumentException(
                $"a public key has {Secp256k1.PublicKeySize} bytes, not {publicKey64.Length}", nameof(publicKey64));
        }

        Span<byte> hash = stackalloc byte[Keccak256.Size];
        Keccak256.Hash(publicKey64, hash);
        return Read(hash[^Size..]);
    }

    /// <summary>Reads 20 bytes.</summary>
    public static EthAddress Read(ReadOnlySpan<byte> bytes20)
    {
        Span<byte> word = stackalloc byte[UInt256.Size];
        word.Clear();
        bytes20[..Size].CopyTo(word[^Size..]);
        return new EthAddress(UInt256.Read(word));
    }

    /// <summary>Reads <c>0x</c> and 40 hexadecimal digits. Where letters of both cases stand in it, the checksum of
    /// EIP-55 must hold; of one case, there is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EthAddress address)
    {
        address = default;
        if (text is not { Length: TextLength } || text[0] != '0' || text[1] is not ('x' or 'X'))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Size];
        if (Convert.FromHexString(text.AsSpan(2), bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        var read = Read(bytes);
        var digits = text.AsSpan(2);
        var mixed = digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F');
        if (mixed && !digits.SequenceEqual(read.ToString().AsSpan(2)))
        {
            return false;
        }

        address = read;
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, for text that the program itself holds.</summary>
    /// <exception cref="FormatException">The text is no address.</exception>
    public static EthAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is no Ethereum address");

    /// <summary>Writes the 20 bytes.</summary>
    public void Write(Span<byte> bytes20)
    {
        Span<byte> word = stackalloc byte[UInt256.Size];
        Value.Write(word);
        word[^Size..].CopyTo(bytes20);
    }

    /// <summary>The address with its checksum (EIP-55).</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        Span<char> text = stackalloc char[TextLength];
        "0x".CopyTo(text);
        Convert.TryToHexStringLower(bytes, text[2..], out _);
        Span<byte> ascii = stackalloc byte[2 * Size];
        Encoding.ASCII.GetBytes(text[2..], ascii);
        Span<byte> hash = stackalloc byte[Keccak256.Size];
        Keccak256.Hash(ascii, hash);
        for (var i = 0; i < 2 * Size; i++)
        {
            var nibble = (hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xf;
            if (nibble >= 8)
            {
                text[2 + i] = char.ToUpperInvariant(text[2 + i]);
            }
        }

        return new string(text);
    }
}
