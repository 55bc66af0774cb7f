namespace Strikeline.Strikes;

/// <summary>Names of quotes: <c>&lt;key id&gt;-&lt;nonce as 16 hex digits&gt;</c>.</summary>
public static class QuoteIds
{
    /// <summary>The name of the quote that a key made with a nonce.</summary>
    public static string Make(string keyId, ulong nonce) => string.Concat(keyId, "-", nonce.ToString("x16"));
}
