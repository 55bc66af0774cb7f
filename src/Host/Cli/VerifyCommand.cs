using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Strikeline.Crypto;
using Strikeline.Strikes;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline verify quote FILE</c>: signed markets checked offline. Exit code 1 where one is not
/// valid.</summary>
internal static class VerifyCommand
{
    // More than a thousand markets; whoever has more splits the file.
    private const int MaxFileBytes = 4 * 1024 * 1024;
    private const string StandardInput = "-";

    public static Command Build() => new("verify", "Check what Strikeline has signed, offline") { Quote() };

    private static Command Quote()
    {
        var command = new Command("quote", "Signed markets: signature, signed bytes, the fields beside them, validity");
        var file = new Argument<string>("FILE")
        {
            Description = "A signed market as JSON, or an array of them as /api/v1/markets/BTCUSDT answers; - for "
                + "standard input",
        };
        var key = new Option<string?>("--key") { Description = "The signer that you trust", HelpName = "BASE58" };
        var at = new Option<string?>("--at")
        {
            Description = "Valid at this time instead of now: 2026-11-21T14:05:00Z, or Unix milliseconds",
            HelpName = "TIME",
        };
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        command.Arguments.Add(file);
        command.Options.Add(key);
        command.Options.Add(at);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var trusted = Key(parsed.GetValue(key));
            var atMs = Time(parsed.GetValue(at)) ?? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            var name = parsed.GetValue(file)!;
            using var document = Read(name);
            var verdicts = Rows(name, document.RootElement)
                .Select(row => Verdict.Of(QuoteDocument.Read(row), trusted, atMs)).ToList();
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                output.WriteLine(Json(verdicts, trusted, atMs));
            }
            else
            {
                Print(output, verdicts, trusted);
            }

            return verdicts.TrueForAll(one => one.Problems.Count == 0) ? ExitCodes.Ok : ExitCodes.Failure;
        });
        return command;
    }

    private static byte[]? Key(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var bytes = new byte[Ed25519.PublicKeySize + 1];
        return Base58.TryDecode(text, bytes, out var size) && size == Ed25519.PublicKeySize
            ? bytes[..size]
            : throw new UserError(
                $"--key: found \"{text}\"; a public key of 32 bytes in base58 is allowed, as 'strikeline keys show' "
                + "and GET /api/v1/keys print it");
    }

    private static long? Time(string? text) =>
        text is null ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var millis) ? millis
        : DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var moment) ? moment.ToUnixTimeMilliseconds()
        : throw new UserError($"--at: found \"{text}\"; 2026-11-21T14:05:00Z or Unix milliseconds are allowed");

    private static JsonDocument Read(string name)
    {
        var shown = name == StandardInput ? "standard input" : name;
        try
        {
            using var stream = name == StandardInput ? Console.OpenStandardInput() : File.OpenRead(name);
            var bytes = new byte[MaxFileBytes + 1];
            var size = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return size > MaxFileBytes
                ? throw new UserError($"{shown}: more than {MaxFileBytes / 1024 / 1024} MiB; split it")
                : JsonDocument.Parse(
                    bytes.AsMemory(0, size), new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second for a name with half of a surrogate pair.
            throw new UserError(
                $"{shown}: not JSON, or a name stands in it twice: {e.Message.Split('.')[0]}; save a signed "
                + "market as the API answers it", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError($"{shown}: cannot be read: no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserError($"{shown}: cannot be read: {e.Message}", e);
        }
    }

    private static IEnumerable<JsonElement> Rows(string name, JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Object => [root],
        JsonValueKind.Array when root.GetArrayLength() > 0 => root.EnumerateArray(),
        _ => throw new UserError(
            $"{(name == StandardInput ? "standard input" : name)}: no signed market is in it; an object with market, "
            + "signature, signer and payload is needed, or an array of them"),
    };

    private static void Print(TextWriter output, List<Verdict> verdicts, byte[]? trusted)
    {
        foreach (var one in verdicts)
        {
            var name = one.Document.Market?.QuoteId ?? one.Document.ClaimedId ?? "a quote without a name";
            if (one.Problems.Count == 0)
            {
                var market = one.Document.Market!;
                output.WriteLine(
                    $"valid    {name}  {market.Symbol}, closes {QuoteDocument.Moment(market.ExpiryMs)}, "
                    + $"valid until {QuoteDocument.Moment(market.ValidUntilMs)}");
            }
            else
            {
                var words = one.Problems.Select(
                    problem => problem.Field is null ? problem.Detail : $"{problem.Field}: {problem.Detail}");
                output.WriteLine($"INVALID  {name}  {string.Join("; ", words)}");
            }
        }

        if (trusted is null)
        {
            var claimed = verdicts.Where(one => one.Document.Signer.Length > 0)
                .Select(one => Base58.Encode(one.Document.Signer.Span)).Distinct().ToList();
            if (claimed.Count > 0)
            {
                output.WriteLine(
                    $"signer   {string.Join(", ", claimed)} is only what the file claims: name the key that you trust "
                    + "with --key");
            }
        }
    }

    private static string Json(List<Verdict> verdicts, byte[]? trusted, long atMs)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("valid", verdicts.TrueForAll(one => one.Problems.Count == 0));
            writer.WriteNumber("at", atMs);
            writer.WriteString("key", trusted is null ? null : Base58.Encode(trusted));
            writer.WriteStartArray("quotes");
            foreach (var one in verdicts)
            {
                Write(writer, one, trusted);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, Verdict one, byte[]? trusted)
    {
        var signer = one.Document.Signer;
        writer.WriteStartObject();
        writer.WriteString("quote_id", one.Document.Market?.QuoteId ?? one.Document.ClaimedId);
        writer.WriteBoolean("valid", one.Problems.Count == 0);
        writer.WriteString("signer", signer.Length == 0 ? null : Base58.Encode(signer.Span));
        writer.WriteBoolean("signer_trusted", trusted is not null && signer.Span.SequenceEqual(trusted));
        writer.WriteStartArray("problems");
        foreach (var problem in one.Problems)
        {
            writer.WriteStartObject();
            writer.WriteString("code", problem.Code);
            writer.WriteString("field", problem.Field);
            writer.WriteString("detail", problem.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WritePropertyName("signed");
        if (one.Document.Market is { } market)
        {
            StrikesJson.Write(writer, market);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteEndObject();
    }

    private sealed record Verdict(QuoteDocument Document, IReadOnlyList<QuoteProblem> Problems)
    {
        public static Verdict Of(QuoteDocument document, byte[]? trusted, long atMs)
        {
            var problems = document.Problems.ToList();
            if (trusted is not null && document.Signer.Length > 0 && !document.Signer.Span.SequenceEqual(trusted))
            {
                problems.Add(new QuoteProblem(
                    "signer", "signer", $"{Base58.Encode(document.Signer.Span)} is not the key that you trust"));
            }

            if (document.ProblemAt(atMs) is { } late)
            {
                problems.Add(late);
            }

            return new Verdict(document, problems);
        }
    }
}
