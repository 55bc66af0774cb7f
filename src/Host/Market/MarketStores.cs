using Strikeline.Exchange;
using Strikeline.Host.Logging;
using Strikeline.Storage;
using Strikeline.Trading;

namespace Strikeline.Host.Market;

/// <summary>Chooses the market's store.</summary>
internal static class MarketStores
{
    private const string FileName = "market.db";
    private const string PortfolioFileName = "portfolio.db";

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>False where there is surely none yet.</summary>
    public static bool IsThere(string folder, string? address) =>
        address is not null || File.Exists(Path.Combine(folder, FileName));

    /// <summary>The bots' portfolio, in a file of its own or at the same address.</summary>
    /// <inheritdoc cref="Of"/>
    public static IPortfolioStore Portfolio(string folder, string? address) => address is null
        ? new SqlitePortfolioStore(Path.Combine(folder, PortfolioFileName), AnswerLimit)
        : new PostgresPortfolioStore(Address(address), AnswerLimit);

    /// <summary>The store of a data folder, or of an address.</summary>
    /// <param name="folder">The folder for a file of SQLite; it exists.</param>
    /// <param name="address">postgres://…; null for SQLite.</param>
    /// <exception cref="FormatException">The address is none; the message holds nothing of it.</exception>
    public static IMarketStore Of(string folder, string? address)
    {
        if (address is null)
        {
            return new SqliteMarketStore(Path.Combine(folder, FileName), AnswerLimit);
        }

        return new PostgresMarketStore(Address(address), AnswerLimit);
    }

    private static PostgresAddress Address(string address)
    {
        var where = PostgresAddress.Parse(address, out var problem)
            ?? throw new FormatException($"{problem}; write {PostgresAddress.Form}");
        Redaction.Remember(where.Password);
        return where;
    }
}
