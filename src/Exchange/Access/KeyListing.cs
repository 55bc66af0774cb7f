using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Strikeline.Exchange;

/// <summary>What the bearer of an API key may do. Numbers are part of the journal.</summary>
[Flags]
public enum KeyScopes : byte
{
    /// <summary>Nothing; the default value, refused.</summary>
    None = 0,

    /// <summary>Read the account's orders, fills and balances.</summary>
    Read = 1,

    /// <summary>Place, amend and cancel the account's orders.</summary>
    Trade = 2,

    /// <summary>Operate the exchange: accounts, keys, money from and to the outside, listings, status.</summary>
    Admin = 4,

    /// <summary>See and stop the bots of whoever runs the program. No key of the exchange has it: Host gives it to its
    /// own
    /// keys alone.</summary>
    Bots = 8,
}

/// <summary>32 bytes: a hash or a public key.</summary>
[InlineArray(Length)]
public struct KeyBytes : IEquatable<KeyBytes>
{
    /// <summary>Bytes.</summary>
    public const int Length = 32;

    private byte _first;

    /// <summary>True where all are zero: none.</summary>
    public readonly bool IsZero => Equals(default);

    /// <summary>True where both are the same.</summary>
    public static bool operator ==(KeyBytes one, KeyBytes other) => one.Equals(other);

    /// <summary>True where they differ.</summary>
    public static bool operator !=(KeyBytes one, KeyBytes other) => !one.Equals(other);

    /// <summary>Takes 32 bytes over.</summary>
    /// <exception cref="ArgumentException">They are more or fewer.</exception>
    public static KeyBytes Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"{bytes.Length} bytes where {Length} belong", nameof(bytes));
        }

        var key = default(KeyBytes);
        bytes.CopyTo(key);
        return key;
    }

    /// <summary>Copies the bytes out.</summary>
    public readonly byte[] ToArray() => ((ReadOnlySpan<byte>)this).ToArray();

    /// <summary>Takes as long for nearly equal ones as for others.</summary>
    public readonly bool Equals(KeyBytes other) => CryptographicOperations.FixedTimeEquals(this, other);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is KeyBytes other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => BitConverter.ToInt32((ReadOnlySpan<byte>)this);
}

/// <summary>A command that gives an account a further API key, or takes one back.</summary>
/// <remarks>The secret itself is nowhere: its bearer shows it, and its hash is looked up.</remarks>
[StructLayout(LayoutKind.Sequential)]
public struct KeyListing
{
    /// <summary>Time of the command in nanoseconds since the Unix epoch.</summary>
    public long AtNanos;

    /// <summary>Whose key it is.</summary>
    public int Account;

    /// <summary>What it may do.</summary>
    public KeyScopes Scopes;

    /// <summary>1 takes the key with this hash back, for good; nothing else of the listing counts then.</summary>
    public byte IsRevoked;

    /// <summary>Of no meaning.</summary>
    private short _padding;

    /// <summary>What people call it.</summary>
    public ListingName Name;

    /// <summary>SHA-256 of the secret.</summary>
    public KeyBytes Hash;

    /// <summary>The Ed25519 key that requests under it must be signed with; zero where they need not be.</summary>
    public KeyBytes PublicKey;
}
