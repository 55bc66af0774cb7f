using System.Text;

namespace Strikeline.Crypto;

/// <summary>
/// Hashes one struct of EIP-712: the hash of its type, then each member as a word of 32 bytes in the order of the type.
/// </summary>
/// <remarks>
/// It lives on the stack and allocates nothing but for texts longer than 256 letters. It does not know the type: who
/// adds the members sees to it that they are what the type's text says. A member that is a struct, and an array of
/// words, goes in as its own hash, by <see cref="AddHash"/>.
/// </remarks>
public ref struct Eip712Struct
{
    private const int ShortText = 256;

    private Keccak256 _sponge;

    /// <summary>Begins with the type's text, such as <c>Mail(address to,string contents)</c>.</summary>
    public Eip712Struct(scoped ReadOnlySpan<byte> typeText)
    {
        Span<byte> hash = stackalloc byte[Keccak256.Size];
        Keccak256.Hash(typeText, hash);
        _sponge = default;
        _sponge.Add(hash);
    }

    /// <summary>Adds a member of type uint256 or a smaller unsigned one.</summary>
    public void Add(scoped in UInt256 value)
    {
        Span<byte> word = stackalloc byte[UInt256.Size];
        value.Write(word);
        _sponge.Add(word);
    }

    /// <summary>Adds a member of type address.</summary>
    public void Add(scoped in EthAddress value) => Add(value.Value);

    /// <summary>Adds a member of type string.</summary>
    public void Add(scoped ReadOnlySpan<char> value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> bytes = most <= 3 * ShortText ? stackalloc byte[most] : new byte[most];
        AddBytes(bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
    }

    /// <summary>Adds a member of type bytes, or string in UTF-8.</summary>
    public void AddBytes(scoped ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[Keccak256.Size];
        Keccak256.Hash(value, hash);
        _sponge.Add(hash);
    }

    /// <summary>Adds a member of type bytes32, the hash of a struct or of an array, or any other whole word.</summary>
    /// <exception cref="ArgumentException">It is not 32 bytes.</exception>
    public void AddHash(scoped ReadOnlySpan<byte> word32)
    {
        if (word32.Length != UInt256.Size)
        {
            throw new ArgumentException($"a word has {UInt256.Size} bytes, not {word32.Length}", nameof(word32));
        }

        _sponge.Add(word32);
    }

    /// <summary>Writes the hash of the struct.</summary>
    public void Finish(scoped Span<byte> hash32) => _sponge.Finish(hash32);
}
