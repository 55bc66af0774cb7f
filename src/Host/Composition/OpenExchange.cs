using Strikeline.Exchange;
using Strikeline.Host.Cli;
using Strikeline.Host.Configuration;
using Strikeline.Host.Gateway;
using Strikeline.Journal;

namespace Strikeline.Host.Composition;

/// <summary>Opens the exchange that the configuration describes.</summary>
internal static class OpenExchange
{
    /// <summary>The folder of the journal: paper trading on simulated prices never shares that of the live
    /// one.</summary>
    public static string FolderOf(Settings settings, bool testnet)
    {
        var dir = settings.Exchange.Dir;
        var folder = dir.Length > 0 ? dir : Path.Combine(settings.DataDir, "exchange");
        return testnet ? folder.TrimEnd(Path.DirectorySeparatorChar) + "-testnet" : folder;
    }

    /// <summary>Opens it.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="clock">The time.</param>
    /// <param name="testnet">True for the exchange of <c>run --testnet</c>.</param>
    /// <exception cref="UserError">Its folder, or what is configured, cannot be used.</exception>
    public static async Task<ExchangeDesk> FromAsync(Settings settings, TimeProvider clock, bool testnet)
    {
        var exchange = settings.Exchange;
        var folder = FolderOf(settings, testnet);
        var shard = new ShardSettings { Pipeline = new PipelineOptions { Secret = ExchangeCommand.NewSecret() } };
        try
        {
            return await ExchangeDesk.OpenAsync(FolderJournalDisk.ToWrite(folder), shard, Plan(exchange), clock);
        }
        catch (Exception e) when (e is JournalException or StateException)
        {
            throw new UserError(e.Message, e);
        }
    }

    private static ListingPlan Plan(ExchangeSettings settings) => new(
        [.. settings.Assets.Select(asset => new PlannedAsset(asset.Name, asset.Decimals))],
        [.. settings.Markets.Select(market => new PlannedMarket(
            market.Symbol.Split('/')[0], market.Symbol.Split('/')[^1], market.Tick, market.Lot, market.MaxPrice,
            market.MaxQuantity, market.MakerFeePpm, market.TakerFeePpm, market.BandPpm))]);
}
