using System.CommandLine;
using System.Globalization;
using System.Text;
using Strikeline.Host.Composition;
using Strikeline.Host.Configuration;
using Strikeline.Host.Gateway;
using Strikeline.Host.Web.Trading;
using Strikeline.Kernel;
using Command = System.CommandLine.Command;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline exchange account create</c>: an account with an API key, in a data folder that no program
/// runs on, or on a running one.</summary>
internal static class AccountCommand
{
    public static Command Build() => new("account", "Accounts of the exchange")
    {
        Create(),
        StatusCommand.Build("account", "N", "An account's number"),
    };

    private static Command Create()
    {
        var command = new Command(
            "create",
            "Open an account and print its API key, once; a name is no more than a label: the same name again is "
            + "another account");
        var name = new Option<string>("--name")
        {
            Description = "What to call account and key: 1 to 24 letters", HelpName = "N", Required = true,
        };
        var deposits = new Option<string[]>("--deposit")
        {
            Description = "Paper money to begin with; may be repeated", HelpName = "ASSET=AMOUNT",
            Arity = ArgumentArity.OneOrMore,
        };
        var url = new Option<string?>("--url")
        {
            Description = $"A running server; the control token comes from {ExchangeAdmin.TokenVariable}, or else from "
                + "the data folder",
            HelpName = "URL",
        };
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        command.Options.Add(name);
        command.Options.Add(deposits);
        command.Options.Add(url);
        command.Options.Add(json);
        var options = SettingsOptions.AddTo(command, stores: true);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = options.Load(parsed).Settings;
            var asked = Accounts.IsName(parsed.GetValue(name)!)
                ? parsed.GetValue(name)!
                : throw new UserError(
                    "--name: 1 to 24 letters, digits or signs without spaces are allowed, all of them ASCII");
            var money = (parsed.GetValue(deposits) ?? []).Select(Deposit.Parse).ToArray();
            var (made, missing) = parsed.GetValue(url) is { } server
                ? await RemoteAsync(server, settings, asked, money, cancel)
                : await LocalAsync(settings, asked, money);
            // The key is told once, so it is told also where not all of the money has come.
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json)
                ? JournalCommand.Json(writer =>
                {
                    writer.WriteNumber("account", made.Account);
                    writer.WriteString("api_key", made.ApiKey);
                })
                : $"account  {made.Account}\napi key  {made.ApiKey}");
            if (missing is null)
            {
                return ExitCodes.Ok;
            }

            parsed.InvocationConfiguration.Error.WriteLine(
                $"strikeline: account {made.Account} is open and its key holds, but {missing}");
            return ExitCodes.Failure;
        });
        return command;
    }

    private static async Task<(AccountAnswer Made, string? Missing)> RemoteAsync(
        string url, Settings settings, string name, Deposit[] deposits, CancellationToken cancel)
    {
        using var admin = ExchangeAdmin.Of(url, settings.DataDir);
        await admin.CheckAsync(deposits, cancel);
        var made = await admin.CreateAsync(name, cancel);
        return (made, await CreditAsync(deposits, i => admin.DepositAsync(made.Account, deposits[i], cancel)));
    }

    // What was not credited, and why; null where all of it was.
    private static async Task<string?> CreditAsync(Deposit[] deposits, Func<int, Task> credit)
    {
        var missing = new List<string>();
        var reason = string.Empty;
        for (var i = 0; i < deposits.Length; i++)
        {
            try
            {
                await credit(i);
            }
            catch (Exception e) when (e is UserError or ExchangeUnavailableException or OperationCanceledException)
            {
                missing.Add($"{deposits[i].Asset}={deposits[i].Amount}");
                reason = e.Message;
            }
        }

        return missing.Count == 0 ? null : $"{string.Join(", ", missing)} was not credited: {reason}";
    }

    private static async Task<(AccountAnswer Made, string? Missing)> LocalAsync(
        Settings settings, string name, Deposit[] deposits)
    {
        await using var exchange = await ExchangeAdmin.OpenFolderAsync(settings);
        try
        {
            var desk = exchange.Desk;
            var money = deposits.Select(one => one.On(desk.Assets)).ToArray();
            var made = await Accounts.OpenAsync(desk, name);
            return (made, await CreditAsync(
                deposits, i => Accounts.CreditAsync(desk, made.Account, money[i].Asset, money[i].Atoms)));
        }
        catch (ExchangeUnavailableException e)
        {
            throw new UserError($"{OpenExchange.FolderOf(settings)}: {e.Message}", e);
        }
    }
}

/// <summary>Money for a new account, as the command line says it: <c>USDC=1000.5</c>.</summary>
/// <param name="Asset">The asset's name.</param>
/// <param name="Amount">Decimal text.</param>
internal sealed record Deposit(string Asset, string Amount)
{
    private const int MostDecimals = 18;

    /// <summary>Reads one.</summary>
    /// <exception cref="UserError">It is none.</exception>
    public static Deposit Parse(string text)
    {
        var equals = text.IndexOf('=');
        return equals > 0
            ? new Deposit(text[..equals].ToUpperInvariant(), Checked(text, text[(equals + 1)..]))
            : throw new UserError($"--deposit: found \"{text}\"; ASSET=AMOUNT is allowed, such as USDC=1000");
    }

    /// <summary>The asset, and the amount in its atoms.</summary>
    /// <exception cref="UserError">The exchange has no such asset, or no such amount of it.</exception>
    public (SpotAsset Asset, long Atoms) On(IReadOnlyList<SpotAsset> assets)
    {
        var asset = assets.FirstOrDefault(one => one.Name.Equals(Asset, StringComparison.OrdinalIgnoreCase))
            ?? throw Unknown(assets.Select(one => one.Name));
        return DecimalText.TryParse(Encoding.ASCII.GetBytes(Amount), asset.Decimals, out var atoms) && atoms > 0
            ? (asset, atoms)
            : throw new UserError(
                $"--deposit: found \"{Asset}={Amount}\"; an amount above zero with up to {asset.Decimals} decimals is "
                + "allowed");
    }

    /// <summary>The exchange has no such asset.</summary>
    public UserError Unknown(IEnumerable<string> known) => new(
        $"--deposit: the exchange has no asset \"{Asset}\"; it has {string.Join(", ", known.Distinct())}");

    // What no exchange could take is refused before one is asked.
    private static string Checked(string whole, string text) =>
        text.Length > 0 && text.All(letter => letter == '.' || char.IsAsciiDigit(letter))
        && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
        && amount > 0 && text.Split('.')[^1].Length <= MostDecimals
            ? text
            : throw new UserError(
                $"--deposit: found \"{whole}\"; an amount above zero is allowed, such as USDC=1000.5");
}
