using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Strikeline.Crypto;

/// <summary>Base64 with <c>-</c> and <c>_</c> (RFC 4648, section 5), written with its padding.</summary>
public static class UrlSafeBase64
{
    /// <summary>The text of the bytes, padded with <c>=</c>.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = Base64Url.EncodeToString(bytes);
        return text.PadRight((text.Length + 3) / 4 * 4, '=');
    }

    /// <summary>Reads text with or without padding, in this alphabet or in the usual one.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        bytes = null;
        var plain = text.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        if (!Base64Url.IsValid(plain))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(plain);
        return true;
    }
}
