using System.CommandLine;
using Strikeline.Host.Configuration;

namespace Strikeline.Host.Cli;

/// <summary>The options by which a command takes the configuration: the same names everywhere.</summary>
internal sealed class SettingsOptions
{
    private readonly Option<string?> _file = new("--config") { Description = "Configuration file", HelpName = "FILE" };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Set one key of the configuration; may be repeated",
        HelpName = "KEY=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly List<(Option<string?> Option, string Key)> _keys = [];

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="listens">Whether the command listens on the network.</param>
    /// <param name="stores">Whether the command writes the market's store; one that listens does.</param>
    public static SettingsOptions AddTo(Command command, bool listens = false, bool stores = false)
    {
        var options = new SettingsOptions();
        command.Options.Add(options._file);
        options.Add(command, "--data", "DIR", "data_dir", "Folder that holds all state");
        options.Add(command, "--log-level", "LEVEL", "log.level", "trace, debug, info, warn or error");
        if (listens)
        {
            options.Add(command, "--urls", "URL", "urls", "Addresses of API and terminal");
            options.Add(command, "--redis", "URL", "redis_url", "Redis that mirrors the hot cache: redis://host:port");
            options.Add(command, "--metrics-urls", "URL", "metrics_urls", "Addresses of the Prometheus text");
        }

        if (listens || stores)
        {
            options.Add(
                command, "--db", "URL", "db_url", "PostgreSQL for trades and candles: postgres://user@host/name");
        }

        command.Options.Add(options._set);
        return options;
    }

    /// <summary>The configuration that the command line asks for, checked.</summary>
    /// <exception cref="UserError">Something in it is wrong.</exception>
    public LoadedSettings Load(ParseResult parsed) => SettingsLoader.Load(Request(parsed));

    /// <summary>Where the command line says that the configuration is.</summary>
    /// <exception cref="UserError">A <c>--set</c> has no equals sign.</exception>
    public SettingsRequest Request(ParseResult parsed)
    {
        var values = new List<OptionValue>();
        foreach (var pair in parsed.GetValue(_set) ?? [])
        {
            var equals = pair.IndexOf('=');
            if (equals <= 0)
            {
                throw new UserError(
                    $"option --set: found \"{pair}\"; KEY=VALUE is allowed, such as prices.stale_ms=2000");
            }

            values.Add(new OptionValue(pair[..equals], pair[(equals + 1)..], "--set"));
        }

        values.AddRange(_keys.Where(entry => parsed.GetValue(entry.Option) is not null)
            .Select(entry => new OptionValue(entry.Key, parsed.GetValue(entry.Option)!, entry.Option.Name)));
        return SettingsRequest.OfThisProcess(parsed.GetValue(_file), values);
    }

    private void Add(Command command, string name, string help, string key, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = help };
        _keys.Add((option, key));
        command.Options.Add(option);
    }
}
