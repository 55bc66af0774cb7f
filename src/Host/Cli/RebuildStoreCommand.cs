using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Strikeline.Exchange;
using Strikeline.Host.Composition;
using Strikeline.Host.Configuration;
using Strikeline.Host.Market;
using Strikeline.Journal;
using Command = System.CommandLine.Command;

namespace Strikeline.Host.Cli;

/// <summary><c>strikeline exchange rebuild-store</c>: trades, orders and candles forgotten and made again from the
/// journal.</summary>
/// <remarks>Where a program runs on the exchange, the store is emptied under it: its recorder finds that out and reads
/// the journal, while trading goes on.</remarks>
internal static class RebuildStoreCommand
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Build()
    {
        var command = new Command(
            "rebuild-store",
            "Forget the market's store and make it again from the journal, also while a program trades on it");
        var loss = new Option<bool>("--allow-loss")
        {
            Description = "Also where the journal does not go back to the first event: what it does not hold is lost",
        };
        command.Options.Add(loss);
        var options = SettingsOptions.AddTo(command, stores: true);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = options.Load(parsed).Settings;

            // A folder without a journal is a mistake, not an exchange to begin.
            var disk = JournalCommand.Open(OpenExchange.FolderOf(settings));
            long position;
            try
            {
                position = await AloneAsync(settings, parsed.GetValue(loss), cancel);
            }
            catch (UserError e) when (e.InnerException is JournalException { Reason: JournalReasons.Locked })
            {
                position = await BesideAsync(settings, disk, parsed.GetValue(loss), cancel);
            }

            parsed.InvocationConfiguration.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"the market's store was made again, up to event {position}"));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<long> AloneAsync(Settings settings, bool isLossAllowed, CancellationToken cancel)
    {
        await using var exchange = await OpenExchange.FromAsync(settings, TimeProvider.System, prices: null);
        await exchange.RebuildStoreAsync(isLossAllowed, cancel);
        return exchange.Desk.LastEvent;
    }

    private static async Task<long> BesideAsync(
        Settings settings, FolderJournalDisk disk, bool isLossAllowed, CancellationToken cancel)
    {
        if (!isLossAllowed && JournalReader.OldestBase(disk) > 0)
        {
            throw new UserError(
                "the journal does not go back to the first event any more: what it does not hold would be lost; add "
                + "--allow-loss to do without it");
        }

        var folder = OpenExchange.FolderOf(settings);
        var address = settings.DbUrl.Length > 0 ? settings.DbUrl : null;
        if (!MarketStores.IsThere(folder, address))
        {
            throw new UserError(
                $"{folder}: the program that runs there keeps no store in this folder: name its database with --db");
        }

        try
        {
            await using var store = MarketStores.Of(folder, address);
            var before = await store.OpenAsync(cancel);
            await store.ClearAsync(cancel);
            return await FilledAsync(store, before, cancel);
        }
        catch (Exception e) when (e is MarketStoreException or FormatException)
        {
            throw new UserError($"market store: {e.Message}", e);
        }
    }

    // A file or a schema that is made anew is away for a moment.
    private static async Task<long> PositionAsync(IMarketStore store, CancellationToken cancel)
    {
        try
        {
            return await store.PositionAsync(cancel);
        }
        catch (MarketStoreException)
        {
            return 0;
        }
    }

    private static async Task<long> FilledAsync(IMarketStore store, long goal, CancellationToken cancel)
    {
        var (position, movedAt) = (0L, Stopwatch.GetTimestamp());
        while (position < goal)
        {
            await Task.Delay(PollEvery, cancel);
            var now = await PositionAsync(store, cancel);
            movedAt = now != position ? Stopwatch.GetTimestamp() : movedAt;
            position = now;
            if (Stopwatch.GetElapsedTime(movedAt) > Patience)
            {
                throw new UserError(
                    "the store was emptied, and the program that runs does not fill it: does it use another database? "
                    + "It is filled at the program's next start");
            }
        }

        return position;
    }
}
