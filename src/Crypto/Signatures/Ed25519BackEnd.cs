namespace Strikeline.Crypto;

/// <summary>One implementation of the Ed25519 curve; all of them give the same bytes and the same verdicts.</summary>
/// <remarks>Instances are immutable and may be used from any thread.</remarks>
public abstract class Ed25519BackEnd
{
    private protected Ed25519BackEnd(string name) => Name = name;

    /// <summary>The library's name: <c>libsodium</c>, <c>openssl</c> or <c>bouncycastle</c>.</summary>
    public string Name { get; }

    /// <summary>The back ends that work on this machine, fastest first; the managed one is always the last.</summary>
    public static IReadOnlyList<Ed25519BackEnd> Available { get; } = Find();

    /// <summary>The library's name.</summary>
    public override string ToString() => Name;

    /// <summary>Opens a 32-byte seed for signing.</summary>
    internal abstract Ed25519Key Open(ReadOnlySpan<byte> seed);

    /// <summary>The curve equation alone; sizes and encodings were checked by <see cref="Ed25519"/>.</summary>
    internal abstract bool HoldsEquation(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    private static List<Ed25519BackEnd> Find()
    {
        var found = new List<Ed25519BackEnd>(3);
        if (NativeParts.Has(NativeParts.Sodium) && SodiumEd25519.Start())
        {
            found.Add(new SodiumEd25519());
        }

        if (NativeParts.Has(NativeParts.OpenSsl) && OpenSslEd25519.Works())
        {
            found.Add(new OpenSslEd25519());
        }

        found.Add(new ManagedEd25519());
        return found;
    }
}

/// <summary>A seed opened by one back end; signs from any thread until it is disposed.</summary>
internal abstract class Ed25519Key : IDisposable
{
    /// <summary>Writes the 32-byte public key.</summary>
    public abstract void CopyPublicKey(Span<byte> publicKey);

    /// <summary>Writes the 64-byte signature.</summary>
    public abstract void Sign(ReadOnlySpan<byte> message, Span<byte> signature);

    /// <summary>Wipes the secret bytes.</summary>
    public abstract void Dispose();
}
