using System.Text.Json;
using System.Text.RegularExpressions;

namespace Strikeline.SystemTests;

/// <summary>The OpenAPI document against what the server really has and answers.</summary>
public sealed partial class ContractTests(RunningStrikeline strikeline)
{
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
            var answers = path.Value.GetProperty("get").GetProperty("responses");
            Assert.False(
                string.IsNullOrWhiteSpace(path.Value.GetProperty("get").GetProperty("summary").GetString()), path.Name);
            var asked = path.Name.Replace("{symbol}", "BTCUSDT", StringComparison.Ordinal)
                .Replace("{asset}", "BTC", StringComparison.Ordinal);
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

    private static JsonElement SchemaOf(JsonElement answers, string status) =>
        answers.GetProperty(status).GetProperty("content").EnumerateObject().Single().Value.GetProperty("schema");

    [GeneratedRegex(@"""quote_id"":""(?<id>[^""]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QuoteId();

    [GeneratedRegex(@"\.Map(?<verb>Get|Post|Put|Patch|Delete)\(\s*""(?<path>[^""]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mapped();
}
