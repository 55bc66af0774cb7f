using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Strikeline.Strikes;
using Strikeline.Unit.House;
using Strikeline.Unit.Strikes;

namespace Strikeline.Unit.Host;

/// <summary>contracts/messages against what the program writes; the terminal's tests read the same files.</summary>
public sealed class GoldenMessageTests
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static TheoryData<string> Names => [.. GoldenMessages.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_golden_message_is_what_the_program_writes(string name)
    {
        var path = Path.Combine(Repository.Root, "contracts", "messages", name + ".json");
        var written = GoldenMessages.All[name].ToJsonString(Readable) + "\n";
        if (Environment.GetEnvironmentVariable("STRIKELINE_WRITE_CONTRACTS") == "1")
        {
            File.WriteAllText(path, written);
        }

        Assert.Equal(written, File.ReadAllText(path));
    }

    [Fact]
    public void There_is_no_other_golden_message() => Assert.Equal(
        GoldenMessages.All.Keys,
        Repository.Files("contracts/messages", ".json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("markets")]
    [InlineData("ws-markets-snapshot")]
    [InlineData("ws-markets-update")]
    public void The_markets_in_it_are_signed_by_the_documented_key(string name)
    {
        var message = JsonDocument.Parse(Repository.Read($"contracts/messages/{name}.json")).RootElement;
        var ladder = message.TryGetProperty("data", out var data) ? data : message;
        var documents = ladder.GetProperty("markets").EnumerateArray().Select(QuoteDocument.Read).ToList();
        Assert.Equal(5, documents.Count);
        Assert.All(documents, document =>
        {
            Assert.Empty(document.Problems);
            Assert.Null(document.ProblemAt(ladder.GetProperty("at").GetInt64()));
            Assert.Equal(StrikeBench.Signer.PublicKey, document.Signer.Span);
        });
    }

    [Fact]
    public void The_update_follows_the_snapshot()
    {
        JsonNode snapshot = GoldenMessages.All["ws-markets-snapshot"], update = GoldenMessages.All["ws-markets-update"];
        Assert.Equal((int)snapshot["sequence"]! + 1, (int)update["from"]!);
        var removed = Assert.Single(update["removed"]!.AsArray());
        var before = snapshot["markets"]!.AsArray().Select(one => (string)one!["market"]!["quote_id"]!).ToList();
        Assert.Contains((string)removed!, before);
        Assert.DoesNotContain(
            (string)removed!, update["markets"]!.AsArray().Select(one => (string)one!["market"]!["quote_id"]!));
    }
}
