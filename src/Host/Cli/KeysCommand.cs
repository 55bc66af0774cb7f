using System.CommandLine;
using System.Text;
using System.Text.Json;
using Strikeline.Host.Composition;
using Strikeline.Strikes;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline keys new|show</c>: signing keys. The secret is never printed.</summary>
internal static class KeysCommand
{
    public static Command Build() => new("keys", "Make or show the key that signs markets") { New(), Show() };

    private static Command New()
    {
        var command = new Command("new", "Make a key; an existing file is never overwritten");
        var file = new Option<string?>("--out")
        {
            Description = $"The file; without it {SigningKey.FileName} under the data folder", HelpName = "FILE",
        };
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        command.Options.Add(file);
        command.Options.Add(json);
        var options = SettingsOptions.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file) ?? SigningKey.PathIn(options.Load(parsed).Settings.DataDir);
            SigningKey.Make(path);
            Print(parsed, path, parsed.GetValue(json));
        });
        return command;
    }

    private static Command Show()
    {
        var command = new Command("show", "Address, key id and path of a key");
        var file = new Argument<string?>("FILE")
        {
            Description = $"The file; without it {SigningKey.FileName} under the data folder",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        command.Arguments.Add(file);
        command.Options.Add(json);
        var options = SettingsOptions.AddTo(command);
        command.SetAction(parsed => Print(
            parsed,
            parsed.GetValue(file) ?? SigningKey.PathIn(options.Load(parsed).Settings.DataDir),
            parsed.GetValue(json)));
        return command;
    }

    private static void Print(ParseResult parsed, string path, bool asJson)
    {
        using var key = SigningKey.Read(path);
        var keyId = QuoteIssuer.KeyIdOf(key.PublicKey);
        var output = parsed.InvocationConfiguration.Output;
        if (!asJson)
        {
            output.WriteLine($"address  {key.Address}");
            output.WriteLine($"key id   {keyId}");
            output.WriteLine($"path     {Path.GetFullPath(path)}");
            return;
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("address", key.Address);
            writer.WriteString("key_id", keyId);
            writer.WriteString("path", Path.GetFullPath(path));
            writer.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }
}
