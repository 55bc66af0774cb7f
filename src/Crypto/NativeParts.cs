using System.Reflection;
using System.Runtime.InteropServices;

namespace Strikeline.Crypto;

/// <summary>
/// Finds the native libraries once at start and answers every import of this room with what was found.
/// </summary>
internal static class NativeParts
{
    /// <summary>Logical name of libsodium.</summary>
    public const string Sodium = "strikeline-sodium";

    /// <summary>Logical name of OpenSSL's libcrypto, version 3.</summary>
    public const string OpenSsl = "strikeline-openssl";

    /// <summary>Logical name of libsecp256k1.</summary>
    public const string Secp256k1 = "strikeline-secp256k1";

    private static readonly nint SodiumHandle = Load("libsodium.so.23", "libsodium.so.26", "libsodium.26.dylib");
    private static readonly nint OpenSslHandle = Load("libcrypto.so.3", "libcrypto.3.dylib");
    private static readonly nint Secp256k1Handle = Load(
        "libsecp256k1.so.1", "libsecp256k1.so.2", "libsecp256k1.so.5", "libsecp256k1.so.6", "libsecp256k1.dylib");

    static NativeParts() => NativeLibrary.SetDllImportResolver(typeof(NativeParts).Assembly, Resolve);

    /// <summary>True where the library was found; must be asked before its first import is called.</summary>
    public static bool Has(string logicalName) => Handle(logicalName) != 0;

    private static nint Handle(string logicalName) => logicalName switch
    {
        Sodium => SodiumHandle,
        OpenSsl => OpenSslHandle,
        Secp256k1 => Secp256k1Handle,
        _ => 0,
    };

    // Zero hands names that are not ours (libc) back to the runtime's own search.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => Handle(name);

    private static nint Load(params ReadOnlySpan<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
