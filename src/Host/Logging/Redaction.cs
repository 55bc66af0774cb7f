using System.Text.RegularExpressions;

namespace Strikeline.Host.Logging;

/// <summary>Takes keys and tokens out of text that leaves the program: the last gate in front of every log and
/// error.</summary>
/// <remarks>Thread-safe. Patterns are wide on purpose: a hidden harmless value costs less than a shown
/// secret.</remarks>
internal static partial class Redaction
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Mask = "***";

    private const int MinRememberedLength = 8;
    private const int LimitMs = 250;
    private const RegexOptions Exact = RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;
    private const RegexOptions Whole = Exact | RegexOptions.IgnoreCase | RegexOptions.Singleline;
    private static readonly Lock Gate = new();
    private static volatile string[] _remembered = [];

    /// <summary>Hides an exact text from now on; shorter than 8 characters it is not remembered.</summary>
    public static void Remember(string secret)
    {
        if (secret.Length < MinRememberedLength)
        {
            return;
        }

        lock (Gate)
        {
            if (!_remembered.Contains(secret))
            {
                _remembered = [.. _remembered, secret];
            }
        }
    }

    /// <summary>The text without secrets.</summary>
    public static string Clean(string text)
    {
        foreach (var secret in _remembered)
        {
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }

        try
        {
            text = PemBlock().Replace(text, Mask);
            text = Scheme().Replace(text, "${before}" + Mask);
            text = Named().Replace(text, "${before}" + Mask);
            text = UserInfo().Replace(text, "${before}" + Mask + "@");
            text = WebToken().Replace(text, Mask);
            text = ByteList().Replace(text, "[" + Mask + "]");
            text = ApiKey().Replace(text, Mask);
            text = PrefixedHex().Replace(text, Mask);
            return LongBase58().Replace(text, Mask);
        }
        catch (RegexMatchTimeoutException)
        {
            return Mask + " (withheld: the text could not be searched for secrets in time)\n";
        }
    }

    /// <summary>A private key in PEM form, its line breaks plain or escaped.</summary>
    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", Whole, LimitMs)]
    private static partial Regex PemBlock();

    /// <summary>An HTTP authorization: <c>Bearer …</c>, <c>Basic …</c>.</summary>
    [GeneratedRegex(@"\b(?<before>(Bearer|Basic)\s+)(?!\*\*\*)[A-Za-z0-9._~+/=-]{8,}", Whole, LimitMs)]
    private static partial Regex Scheme();

    /// <summary>A value behind a name that says that it is secret: in JSON, URLs, headers, environment lines.</summary>
    [GeneratedRegex(
        @"(?<before>(private[_-]?key|secret([_-]?key)?|api[_-]?key|api[_-]?secret|token|password|passwd|passphrase|"
        + @"mnemonic|api-sign)[\\""']*\s*[:=]\s*[\\""']*)(?!\*\*\*|Bearer|Basic|null\b)[^\s\\""',;&<>(){}\[\]]{6,}",
        Whole,
        LimitMs)]
    private static partial Regex Named();

    /// <summary>A user and password within an address.</summary>
    [GeneratedRegex(@"(?<before>\b[a-z][a-z0-9+.-]{1,20}://)[^\s/@:""']*:[^\s/@""']+@", Whole, LimitMs)]
    private static partial Regex UserInfo();

    /// <summary>A JSON web token.</summary>
    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", Exact, LimitMs)]
    private static partial Regex WebToken();

    /// <summary>A keypair written as a list of bytes (Solana's JSON form has 64 of them).</summary>
    [GeneratedRegex(@"\[(\s*\d{1,3}\s*,){31,}\s*\d{1,3}\s*\]", Exact, LimitMs)]
    private static partial Regex ByteList();

    /// <summary>An API key or control token of the exchange, or the beginning of one.</summary>
    [GeneratedRegex(@"slk_[A-Za-z0-9_-]{4,}", Whole, LimitMs)]
    private static partial Regex ApiKey();

    /// <summary>Thirty-two bytes of hex behind 0x: the form of a private key (and of some hashes).</summary>
    [GeneratedRegex(@"\b0x[0-9a-fA-F]{64}\b", Exact, LimitMs)]
    private static partial Regex PrefixedHex();

    /// <summary>Sixty-four bytes of base58: the form of a keypair (and of a signature).</summary>
    [GeneratedRegex(@"\b[1-9A-HJ-NP-Za-km-z]{86,88}\b", Exact, LimitMs)]
    private static partial Regex LongBase58();
}
