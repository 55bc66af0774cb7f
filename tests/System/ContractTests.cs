using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Strikeline.SystemTests;

/// <summary>The OpenAPI document against what the server really has and answers.</summary>
public sealed partial class ContractTests(RunningStrikeline strikeline)
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task The_document_lists_every_route_that_is_mapped()
    {
        var document = await strikeline.Api.GetAsync("openapi/v1.json");
        Assert.StartsWith("3.", document.GetProperty("openapi").GetString());
        var mapped = Directory.GetFiles(Checkout.In("src/Host/Web"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Mapped().Matches(File.ReadAllText(file)))
            .Select(match => $"{match.Groups["verb"].Value.ToLowerInvariant()} {match.Groups["path"].Value}");
        var listed = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(verb => $"{verb.Name} {path.Name}"));
        Assert.Equal(mapped.Order(), listed.Order());
    }

    [Fact]
    public async Task Every_answer_has_the_properties_of_its_schema_and_no_others()
    {
        await strikeline.Api.UntilAsync("health", answer => answer.GetProperty("status").GetString() == "ok");
        var document = await strikeline.Api.GetAsync("openapi/v1.json");
        var schemas = new Schemas(document);
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            Assert.All(path.Value.EnumerateObject(), verb => Assert.False(
                string.IsNullOrWhiteSpace(verb.Value.GetProperty("summary").GetString()), $"{verb.Name} {path.Name}"));

            // What changes something, and what needs a key, is asked for in the tests of the API.
            if (!path.Value.TryGetProperty("get", out var get) || get.GetProperty("responses").TryGetProperty("401", out _))
            {
                continue;
            }

            var answers = get.GetProperty("responses");
            var asked = path.Name.Replace("{symbol}", "BTCUSDT", StringComparison.Ordinal)
                .Replace("{asset}", "BTC", StringComparison.Ordinal);
            asked += path.Name switch
            {
                "/api/v1/prices/history" => "?symbol=BTCUSDT",
                "/api/v1/depth" or "/api/v1/trades" or "/api/v1/klines" => "?market=sol/usdc",
                _ => string.Empty,
            };

            schemas.Check(
                SchemaOf(answers, "200"),
                asked.Contains("{id}", StringComparison.Ordinal) ? await QuoteAsync() : await strikeline.Api.GetAsync(asked),
                path.Name);
            if (asked != path.Name)
            {
                using var refused = await strikeline.Api.AskAsync(path.Name.Replace('{', 'x').Replace('}', 'x'));
                var text = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                schemas.Check(
                    SchemaOf(answers, $"{(int)refused.StatusCode}"), JsonDocument.Parse(text).RootElement, path.Name);
            }
        }
    }

    // A quote lives for two seconds, and a loaded machine may be slower than that between two questions.
    private async Task<JsonElement> QuoteAsync()
    {
        while (true)
        {
            var text = $"{await strikeline.Api.GetAsync("api/v1/markets/BTCUSDT")}";
            var id = QuoteId().Match(text).Groups["id"].Value;
            using var answer = await strikeline.Api.AskAsync("api/v1/quotes/" + id);
            if (answer.IsSuccessStatusCode)
            {
                return JsonDocument.Parse(
                    await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
            }
        }
    }

    [Fact]
    public async Task The_document_is_the_one_in_contracts()
    {
        var served = JsonNode.Parse((await strikeline.Api.GetAsync("openapi/v1.json")).GetRawText())!.AsObject();
        // Where this run happens to listen.
        Assert.True(served.Remove("servers"));
        var written = served.ToJsonString(Readable) + "\n";
        var path = Checkout.In("contracts/openapi.json");
        if (Environment.GetEnvironmentVariable("STRIKELINE_WRITE_CONTRACTS") == "1")
        {
            await File.WriteAllTextAsync(path, written, TestContext.Current.CancellationToken);
        }

        var kept = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.True(
            written == kept, "contracts/openapi.json is not what the program serves: see contracts/README.md");
    }

    [Theory]
    [InlineData("status", "ws.json#/$defs/status")]
    [InlineData("feeds", "ws.json#/$defs/feeds")]
    [InlineData("prices", "ws.json#/$defs/prices")]
    [InlineData("markets", "ws.json#/$defs/markets")]
    [InlineData("books", "ws.json#/$defs/books")]
    [InlineData("predictions", "ws.json#/$defs/predictions")]
    [InlineData("opportunities", "ws.json#/$defs/opportunities")]
    [InlineData("portfolio", "ws.json#/$defs/portfolio")]
    [InlineData("price-history", "../openapi.json#/components/schemas/HistoryAnswer")]
    [InlineData("ws-markets-snapshot", "ws-markets.json#/$defs/snapshot")]
    [InlineData("ws-markets-update", "ws-markets.json#/$defs/update")]
    public void A_golden_message_is_what_its_schema_says(string name, string schema) => Schemas
        .OfFile(Checkout.In("contracts/schemas/ws.json"))
        .CheckAgainst(schema, Schemas.Parse(Checkout.In($"contracts/messages/{name}.json")), name);

    [Fact]
    public async Task What_a_socket_says_is_what_the_schemas_say()
    {
        var schemas = Schemas.OfFile(Checkout.In("contracts/schemas/ws.json"));
        using var socket = await StreamSocket.OpenAsync(strikeline.Address);
        await socket.SubscribeAsync("status", "feeds", "prices", "markets@BTCUSDT", "books@BTC", "nothing");
        await socket.SayAsync(new { op = "ping", id = 7 });
        var waiting = new HashSet<string> { "status", "feeds", "prices", "markets", "books", "pong", "error" };
        while (waiting.Count > 0)
        {
            var message = await socket.NextAsync() ?? throw new InvalidOperationException($"closed: {socket.Closed}");
            var kind = message.GetProperty("channel").GetString()!.Split('@')[0];
            schemas.CheckAgainst($"ws.json#/$defs/{kind}", message, kind);
            waiting.Remove(kind);
        }
    }

    private static JsonElement SchemaOf(JsonElement answers, string status) =>
        answers.GetProperty(status).GetProperty("content").EnumerateObject().Single().Value.GetProperty("schema");

    [GeneratedRegex(@"""quote_id"":""(?<id>[^""]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QuoteId();

    [GeneratedRegex(@"\.Map(?<verb>Get|Post|Put|Patch|Delete)\(\s*""(?<path>[^""]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mapped();
}
