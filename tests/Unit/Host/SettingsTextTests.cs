using System.Text.Json;
using Strikeline.Host.Configuration;
using Strikeline.Unit.House;

namespace Strikeline.Unit.Host;

public sealed class SettingsTextTests
{
    [Fact]
    public void The_reference_in_the_repository_is_the_one_that_the_program_prints()
    {
        Assert.True(Repository.Read("docs/configuration.md") == SettingsText.Reference(),
            "docs/configuration.md is not up to date: ./strikeline config reference > docs/configuration.md");
    }

    [Fact]
    public void Every_key_says_what_it_does_in_one_sentence()
    {
        var keys = Schema.Root.Keys.Concat(Schema.Root.Keys.Where(key => key.Meta.Kind == KeyKind.Rows)
            .SelectMany(key => Schema.Of(key.RowType).Keys));
        Assert.All(keys, key => Assert.EndsWith(".", key.Meta.Description));
        var numbers = keys.Where(key => key.Meta.Kind == KeyKind.Whole && key.Path != "testnet.seed");
        Assert.All(numbers, key => Assert.NotEmpty(key.Meta.Unit));
    }

    [Fact]
    public void The_json_form_has_every_key_with_value_and_source()
    {
        var loaded = SettingsLoader.Load(new SettingsRequest
        {
            Folder = "/nowhere",
            Options = [new OptionValue("prices.stale_ms", "2000", "--set")],
        });
        using var json = JsonDocument.Parse(SettingsText.ToJson(loaded));
        var keys = json.RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(Schema.Root.Keys.Count, keys.Count);
        var stale = keys.Single(key => key.GetProperty("key").GetString() == "prices.stale_ms");
        Assert.Equal(2000, stale.GetProperty("value").GetInt32());
        Assert.Equal("option --set", stale.GetProperty("source").GetString());
        var series = keys.Single(key => key.GetProperty("key").GetString() == "strikes.series").GetProperty("value");
        Assert.Equal("100", series[0].GetProperty("spacing").GetString());
    }

    [Fact]
    public void A_secret_is_shown_as_three_stars()
    {
        var secret = new KeyAttribute(KeyKind.Choice, "A secret.") { Secret = true, Choices = ["right"] };
        var key = new SchemaKey("a.secret", secret, []);
        Assert.Equal("\"***\"", SettingsText.Value(key, "canary"));
        Assert.DoesNotContain("canary", ValueRules.Read(secret, new ConfigNode(NodeForm.Text, "canary", 1), out _));
    }
}
