using System.CommandLine;
using System.Globalization;
using Strikeline.Exchange;
using Strikeline.Host.Composition;
using Strikeline.Host.Configuration;
using Strikeline.Host.Gateway;
using Strikeline.Host.Web.Trading;
using Command = System.CommandLine.Command;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline exchange market|account status</c>: opens one or closes it, in a data folder that no program
/// runs on, or on a running server.</summary>
internal static class StatusCommand
{
    /// <summary>The command.</summary>
    /// <param name="field">What it is about: <c>market</c> or <c>account</c>.</param>
    /// <param name="shape">The argument's name in the help.</param>
    /// <param name="words">The argument in words.</param>
    public static Command Build(string field, string shape, string words)
    {
        var command = new Command(
            "status", $"Open the {field}, let it only cancel, or halt it; it holds until it is set again");
        var what = new Argument<string>(shape) { Description = words };
        var status = new Argument<string>("STATUS") { Description = $"One of {AdminRoutes.Statuses}" };
        var url = new Option<string?>("--url")
        {
            Description = $"A running server; the control token comes from {ExchangeAdmin.TokenVariable}, or else from "
                + "the data folder",
            HelpName = "URL",
        };
        command.Arguments.Add(what);
        command.Arguments.Add(status);
        command.Options.Add(url);
        var options = SettingsOptions.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = options.Load(parsed).Settings;
            var (name, word) = (parsed.GetValue(what)!, parsed.GetValue(status)!);
            var wanted = AdminRoutes.StatusOf(word)
                ?? throw new UserError($"STATUS: found \"{word}\"; {AdminRoutes.Statuses} is allowed");
            if (parsed.GetValue(url) is { } server)
            {
                using var admin = ExchangeAdmin.Of(server, settings.DataDir);
                await admin.SetStatusAsync(field, name, word, cancel);
            }
            else
            {
                await LocalAsync(settings, field, name, wanted);
            }

            parsed.InvocationConfiguration.Output.WriteLine($"{field} {name}  {word}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task LocalAsync(Settings settings, string field, string name, TradingStatus status)
    {
        await using var exchange = await ExchangeAdmin.OpenFolderAsync(settings);
        try
        {
            var outcome = await exchange.Desk.RunAsync(CommandOf(exchange.Desk, field, name, status));
            if (outcome.Rejected != ReasonCode.None)
            {
                throw new UserError(
                    $"the exchange has refused it: {TradingRows.Word(outcome.Rejected).Replace('_', ' ')}");
            }
        }
        catch (ExchangeUnavailableException e)
        {
            throw new UserError($"{OpenExchange.FolderOf(settings)}: {e.Message}", e);
        }
    }

    private static Exchange.Command CommandOf(ExchangeDesk desk, string field, string name, TradingStatus status)
    {
        if (field == "account")
        {
            return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var account)
                ? new Exchange.Command { Type = CommandType.SetAccountStatus, Account = account, Status = status }
                : throw new UserError($"N: found \"{name}\"; the number of an account is allowed");
        }

        return desk.Market(name) is { } market
            ? new Exchange.Command
            {
                Type = CommandType.SetInstrumentStatus, Instrument = market.Spot.Number, Status = status,
            }
            : throw new UserError(
                $"MARKET: there is no market \"{name}\"; there is "
                + string.Join(", ", desk.Markets.Select(one => one.Spot.Name)));
    }
}
