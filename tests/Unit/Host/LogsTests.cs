using System.Text.Json;
using Serilog.Core;
using Strikeline.Host;
using Strikeline.Host.Configuration;
using Strikeline.Host.Logging;

namespace Strikeline.Unit.Host;

public sealed class LogsTests : IDisposable
{
    private const string Canary = "cAnArY0123456789abcdef";
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-logs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_event_is_one_line_of_json_with_its_properties()
    {
        var lines = Lines(log => log.ForContext(Constants.SourceContextPropertyName, "Strikeline.Venues")
            .Error(new InvalidOperationException("two\nlines"), "feed {Venue} lost {GapCount} frames", "kraken", 3));
        using var json = JsonDocument.Parse(Assert.Single(lines));
        var line = json.RootElement;
        Assert.Equal("error", line.GetProperty("level").GetString());
        Assert.Equal("feed \"kraken\" lost 3 frames", line.GetProperty("message").GetString());
        Assert.Equal("kraken", line.GetProperty("venue").GetString());
        Assert.Equal(3, line.GetProperty("gap_count").GetInt32());
        Assert.Equal("Strikeline.Venues", line.GetProperty("room").GetString());
        Assert.Contains("two\nlines", line.GetProperty("exception").GetString());
        Assert.True(line.GetProperty("at").GetInt64() > 1_700_000_000_000);
    }

    [Fact]
    public void Secrets_reach_no_file_by_any_path()
    {
        var lines = Lines(log =>
        {
            log.Error("token=" + Canary);
            log.Error("header {Header}", "Bearer " + Canary);
            log.Error("order {@Order}", new { Id = 1, Inner = new { ApiKey = Canary } });
            log.Error("list {@List}", new[] { "secret=" + Canary });
            log.Error(new InvalidOperationException("at https://u:" + Canary + "@host"), "failed");
        });
        Assert.Equal(5, lines.Length);
        Assert.All(lines, line =>
        {
            Assert.DoesNotContain(Canary, line);
            Assert.Contains(Redaction.Mask, line);
            JsonDocument.Parse(line).Dispose();
        });
    }

    [Fact]
    public void The_console_form_is_one_short_line()
    {
        using var text = new StringWriter();
        var happened = new DateTimeOffset(2026, 11, 21, 7, 30, 5, 42, TimeSpan.Zero);
        var template = new Serilog.Parsing.MessageTemplateParser().Parse("feed {Venue} is live, token={Token}");
        new RedactingFormat(new ConsoleFormat(colours: false)).Format(
            new Serilog.Events.LogEvent(happened, Serilog.Events.LogEventLevel.Warning, null, template,
            [
                new(Constants.SourceContextPropertyName, new Serilog.Events.ScalarValue("Strikeline.Venues")),
                new("Venue", new Serilog.Events.ScalarValue("kraken")),
                new("Token", new Serilog.Events.ScalarValue(Canary)),
            ]),
            text);
        Assert.Equal("07:30:05.042 warn  Venues: feed kraken is live, token=***\n", text.ToString());
    }

    [Fact]
    public void Levels_below_the_configured_one_are_not_written()
    {
        Assert.Empty(Lines(log => log.Warning("not shown")));
    }

    [Fact]
    public void Files_are_bounded_in_size_and_number()
    {
        var settings = new LogSettings { Level = "error", Dir = _folder, MaxFileMb = 1, RetainedFiles = 2 };
        using (var log = Logs.Open(settings, console: false))
        {
            var filler = new string('x', 1 << 19);
            for (var i = 0; i < 12; i++)
            {
                log.Error("{Filler}", filler);
            }
        }

        var files = Directory.GetFiles(_folder);
        Assert.InRange(files.Length, 1, 2);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 4 << 20));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_one_line()
    {
        var blocked = Path.Combine(_folder, "file");
        File.WriteAllText(blocked, "");
        var error = Assert.Throws<UserError>(() => Logs.Open(new LogSettings { Dir = Path.Combine(blocked, "logs") }));
        Assert.Contains("choose another with log.dir or LOG_DIR", error.Message);
    }

    private string[] Lines(Action<Logger> act)
    {
        using (var log = Logs.Open(new LogSettings { Level = "error", Dir = _folder }, console: false))
        {
            act(log);
        }

        return [.. Directory.GetFiles(_folder, "*.jsonl").SelectMany(File.ReadAllLines)];
    }
}
