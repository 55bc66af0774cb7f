namespace Strikeline.Crypto;

/// <summary>One implementation of secp256k1; all of them give the same bytes and the same verdicts.</summary>
/// <remarks>Instances are immutable and may be used from any thread.</remarks>
public abstract class Secp256k1BackEnd
{
    private protected Secp256k1BackEnd(string name) => Name = name;

    /// <summary>The library's name: <c>libsecp256k1</c> or <c>bouncycastle</c>.</summary>
    public string Name { get; }

    /// <summary>The back ends that work on this machine, fastest first; the managed one is always the last.</summary>
    public static IReadOnlyList<Secp256k1BackEnd> Available { get; } = Find();

    /// <summary>The library's name.</summary>
    public override string ToString() => Name;

    /// <summary>Opens a private key whose range was checked.</summary>
    internal abstract Secp256k1Key Open(ReadOnlySpan<byte> privateKey);

    /// <summary>Recovers a key; sizes and ranges were checked by <see cref="Secp256k1"/>.</summary>
    internal abstract bool TryRecover(
        ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature64, int parity, Span<byte> publicKey64);

    /// <summary>The curve equation alone, S in either half; sizes and ranges were checked.</summary>
    internal abstract bool HoldsEquation(
        ReadOnlySpan<byte> publicKey64, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature64);

    private static List<Secp256k1BackEnd> Find()
    {
        var found = new List<Secp256k1BackEnd>(2);
        if (NativeParts.Has(NativeParts.Secp256k1) && NativeSecp256k1.Works())
        {
            found.Add(new NativeSecp256k1());
        }

        found.Add(new ManagedSecp256k1());
        return found;
    }
}

/// <summary>A private key opened by one back end; signs from any thread until it is disposed.</summary>
internal abstract class Secp256k1Key : IDisposable
{
    /// <summary>Writes the 64-byte public key.</summary>
    public abstract void CopyPublicKey(Span<byte> publicKey64);

    /// <summary>Writes R and S, S in the lower half, and returns the parity of R: 0 or 1, or 2 or 3 where R is not
    /// below the order (which no one has ever seen).</summary>
    public abstract int Sign(ReadOnlySpan<byte> digest, Span<byte> signature64);

    /// <summary>Wipes the secret bytes.</summary>
    public abstract void Dispose();
}
