using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Strikeline.Crypto;
using Strikeline.Exchange;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Trading;

/// <summary>Requests that carry an Ed25519 signature: each is let through once, within 5 seconds.</summary>
/// <remarks>
/// Signed is, in UTF-8 and with line feeds between: the method, path and query as sent, the SHA-256 of the body in hex,
/// the time in Unix milliseconds, and a nonce of the client. What the program before this one may have taken already is
/// refused: whatever was signed before this one started, and as long after as clocks may be ahead. Any thread.
/// </remarks>
internal sealed class SignedRequests
{
    /// <summary>The header with the time.</summary>
    public const string Timestamp = "X-Strikeline-Timestamp";

    /// <summary>The header with the nonce.</summary>
    public const string Nonce = "X-Strikeline-Nonce";

    /// <summary>The header with the signature in base64.</summary>
    public const string Signature = "X-Strikeline-Signature";

    private const long WindowMs = 5_000;
    private const long AheadMs = 1_000;
    private const int MostNonces = 200_000;
    private const int MostNonceLetters = 64;

    private readonly TimeProvider _clock;
    private readonly long _startedMs;
    private readonly ConcurrentDictionary<(KeyBytes Key, string Nonce), long> _nonces = new();
    private readonly ConcurrentQueue<(long AtMs, KeyBytes Key, string Nonce)> _order = new();

    public SignedRequests(TimeProvider clock)
    {
        _clock = clock;
        _startedMs = Stamps.ToMillis(clock.UnixNanos());
    }

    /// <summary>The bytes that a client signs.</summary>
    public static byte[] Message(string method, string target, ReadOnlySpan<byte> body, long timestamp, string nonce) =>
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{method}\n{target}\n{Convert.ToHexStringLower(SHA256.HashData(body))}\n{timestamp}\n{nonce}"));

    /// <summary>What is wrong with a request's signature; null where nothing is: then the nonce is used up.</summary>
    public Mistake? Check(
        KeyBytes publicKey, string method, string target, ReadOnlySpan<byte> body, string at, string nonce,
        string proof)
    {
        var now = Stamps.ToMillis(_clock.UnixNanos());
        if (!long.TryParse(
                at, NumberStyles.None, CultureInfo.InvariantCulture, out var timestamp)
            || nonce.Length is 0 or > MostNonceLetters
            || !TryDecode(proof, out var signature))
        {
            return Refused(
                "signature_required", "the key's requests must be signed",
                $"send {Timestamp}, {Nonce} and {Signature}");
        }

        if (timestamp > now + AheadMs || timestamp < now - WindowMs || timestamp <= _startedMs + AheadMs)
        {
            return Refused(
                "signature_too_old", $"the request was signed at {timestamp}, and it is {now}",
                "sign with the time of now, and set the clock; a server that has just started takes it in a second");
        }

        if (!Ed25519.Verify(publicKey.ToArray(), Message(method, target, body, timestamp, nonce), signature))
        {
            return Refused(
                "signature_wrong", "the signature is not the key's over this request",
                "sign method, path with query, body hash, time and nonce");
        }

        Forget(now);
        if (_nonces.Count >= MostNonces || !_nonces.TryAdd((publicKey, nonce), timestamp))
        {
            return Refused("nonce_used", "the nonce was used before", "take another one for each request");
        }

        _order.Enqueue((timestamp, publicKey, nonce));
        return null;
    }

    private static Mistake Refused(string code, string detail, string remedy) =>
        new(StatusCodes.Status401Unauthorized, code, detail, remedy);

    private static bool TryDecode(string text, out byte[] signature)
    {
        signature = new byte[64];
        return text.Length == 88 && Convert.TryFromBase64String(text, signature, out var written) && written == 64;
    }

    // A request of an earlier time is refused by its time: its nonce needs no memory.
    private void Forget(long now)
    {
        while (_order.TryPeek(out var oldest) && oldest.AtMs < now - (2 * WindowMs) && _order.TryDequeue(out var gone))
        {
            _nonces.TryRemove((gone.Key, gone.Nonce), out _);
        }
    }
}
