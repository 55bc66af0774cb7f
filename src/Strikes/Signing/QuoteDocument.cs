using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Strikeline.Crypto;
using Strikeline.Kernel;

namespace Strikeline.Strikes;

/// <summary>One thing that is wrong with a signed market in JSON.</summary>
/// <param name="Code">A word that stays the same.</param>
/// <param name="Field">The JSON field that it is about; null where it is about the whole.</param>
/// <param name="Detail">What is wrong, in words.</param>
public sealed record QuoteProblem(string Code, string? Field, string Detail);

/// <summary>
/// A signed market as it travels in JSON, read and held against its own signed bytes. Immutable: any thread.
/// </summary>
public sealed class QuoteDocument
{
    private readonly List<QuoteProblem> _problems = [];

    private QuoteDocument()
    {
    }

    /// <summary>The name that the JSON gives the quote; null where it gives none. Not to be trusted.</summary>
    public string? ClaimedId { get; private set; }

    /// <summary>The 32-byte key that the JSON names as signer; empty where it names none.</summary>
    public ReadOnlyMemory<byte> Signer { get; private set; }

    /// <summary>The quote as signed; null where the signature is not good or the bytes are no quote.</summary>
    public LiveMarket? Market { get; private set; }

    /// <summary>What is wrong, whoever signed and whatever the time; empty where nothing is.</summary>
    public IReadOnlyList<QuoteProblem> Problems => _problems;

    /// <summary>Reads <c>{"market":{…},"signature":base58,"signer":base58,"payload":base64}</c> and checks
    /// signature, payload, key id, and every field beside the payload. Never throws for foreign JSON.</summary>
    public static QuoteDocument Read(JsonElement json)
    {
        var document = new QuoteDocument();
        if (json.ValueKind != JsonValueKind.Object)
        {
            document.Add("shape", null, "it is not an object with market, signature, signer and payload");
            return document;
        }

        try
        {
            document.Verify(json);
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 alone: JSON allows it, and no text is behind it.
            document.Add("shape", null, "it holds text that is not Unicode");
        }

        return document;
    }

    /// <summary>What is wrong with executing the quote at a moment; null where nothing is.</summary>
    /// <param name="atMs">Milliseconds since the Unix epoch.</param>
    public QuoteProblem? ProblemAt(long atMs) =>
        Market is not { } market ? null
        : atMs >= market.ValidUntilMs
            ? new QuoteProblem("expired", "market.valid_until", $"it was valid until {Moment(market.ValidUntilMs)}")
        : atMs < market.GeneratedAtMs - (StrikesLimits.MaxClockLeadNanos / Stamps.NanosPerMilli)
            ? new QuoteProblem(
                "not_yet", "market.generated_at", $"it was not made before {Moment(market.GeneratedAtMs)}")
        : null;

    /// <summary>A moment for people: <c>2023-11-14T22:16:00.000Z</c>.</summary>
    public static string Moment(long unixMs) =>
        unixMs is >= 0 and <= 253_402_300_799_999
            ? DateTimeOffset.FromUnixTimeMilliseconds(unixMs)
                .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : $"{unixMs} ms";

    private void Verify(JsonElement json)
    {
        var hasMarket = json.TryGetProperty("market", out var fields) && fields.ValueKind == JsonValueKind.Object;
        if (hasMarket && fields.TryGetProperty("quote_id", out var id) && id.ValueKind == JsonValueKind.String)
        {
            ClaimedId = Cut(id.GetString()!);
        }

        if (!hasMarket)
        {
            Add("shape", "market", "it is missing, or no object");
        }

        var signature = Bytes58(json, "signature", Ed25519.SignatureSize);
        var signer = Bytes58(json, "signer", Ed25519.PublicKeySize);
        var payload = Payload(json);
        if (signature is null || signer is null || payload is null)
        {
            return;
        }

        Signer = signer;
        var fault = QuoteVerification.Check(payload, signature, signer, out var market);
        Market = market;
        switch (fault)
        {
            case QuoteFault.Signature:
                Add("signature", "signature", "the signer has not signed this payload");
                return;
            case QuoteFault.Payload:
                Add("payload", "payload", "its bytes are no quote of this version (docs/quote-format.md)");
                return;
            case QuoteFault.KeyId:
                Add("key_id", "market.key_id", $"the payload names the key {market!.KeyId}, which is not the signer's");
                break;
        }

        if (hasMarket)
        {
            Compare(fields, market!);
        }
    }

    // What the JSON must say is what this program would have written for the signed bytes: a field that is added to the
    // one is compared in the other.
    private void Compare(JsonElement given, LiveMarket market)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            StrikesJson.Write(writer, market);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        var signed = document.RootElement;
        foreach (var field in signed.EnumerateObject())
        {
            if (!given.TryGetProperty(field.Name, out var value))
            {
                Add("field", $"market.{field.Name}", $"it is missing; {field.Value.GetRawText()} is signed");
            }
            else if (!Same(value, field.Value))
            {
                Add("field", $"market.{field.Name}", $"it says {Shown(value)}; {field.Value.GetRawText()} is signed");
            }
        }

        foreach (var field in given.EnumerateObject())
        {
            if (!signed.TryGetProperty(field.Name, out _))
            {
                Add("field", $"market.{Cut(field.Name)}", "no signed field has this name");
            }
        }
    }

    // 0.5, 0.50 and 5e-1 are the same number (to 28 decimals); "0.5" is none.
    private static bool Same(JsonElement given, JsonElement signed) =>
        given.ValueKind == signed.ValueKind
        && (given.ValueKind == JsonValueKind.Number
            ? given.TryGetDecimal(out var number) && number == signed.GetDecimal()
            : given.ValueEquals(signed.GetString()));

    private byte[]? Bytes58(JsonElement json, string name, int size)
    {
        // One more than fits, so that a longer text is seen to be one.
        var bytes = new byte[size + 1];
        if (json.TryGetProperty(name, out var text)
            && text.ValueKind == JsonValueKind.String
            && Base58.TryDecode(text.GetString(), bytes, out var written)
            && written == size)
        {
            return bytes[..size];
        }

        Add("shape", name, $"it is missing, or not {size} bytes in base58");
        return null;
    }

    private byte[]? Payload(JsonElement json)
    {
        if (json.TryGetProperty("payload", out var text)
            && text.ValueKind == JsonValueKind.String
            && text.TryGetBytesFromBase64(out var bytes))
        {
            return bytes;
        }

        Add("shape", "payload", "it is missing, or not base64");
        return null;
    }

    private void Add(string code, string? field, string detail) => _problems.Add(new QuoteProblem(code, field, detail));

    private static string Shown(JsonElement value) => Cut(value.GetRawText());

    // What is foreign goes to a terminal: short, and without what a terminal would obey.
    private static string Cut(string text)
    {
        var shown = text.Length <= 40 ? text : text[..39] + "…";
        return string.Create(shown.Length, shown, (into, from) =>
        {
            for (var i = 0; i < into.Length; i++)
            {
                into[i] = char.IsControl(from[i]) ? '?' : from[i];
            }
        });
    }
}
