using System.Text.Json;
using System.Text.Json.Nodes;
using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Host.Logging;
using Strikeline.Testnet;

namespace Strikeline.Host.Composition;

/// <summary>The accounts with paper money on the exchange of <c>run --testnet</c>: simulated traders and a demo
/// account. Made on the first run and used again; their keys lie under the data folder, readable by its
/// owner alone.</summary>
internal sealed class PaperAccounts
{
    /// <summary>The file's name under the data folder.</summary>
    public const string FileName = "testnet-accounts.json";

    private const string Demo = "demo";
    private const long MostAtoms = 1L << 50;

    // In whole units, what a trader begins with; a demo account has a thousandth of it.
    private static readonly Dictionary<string, long> Paper = new(StringComparer.Ordinal)
    {
        ["USDC"] = 50_000_000, ["SOL"] = 400_000, ["BTC"] = 1_000, ["ETH"] = 20_000,
    };

    private static readonly (string Name, TraderRole Role)[] Roles =
    [
        ("near", TraderRole.NearMaker), ("far", TraderRole.FarMaker), ("taker-1", TraderRole.Taker),
        ("taker-2", TraderRole.Taker),
    ];

    private readonly ExchangeDesk _desk;
    private readonly Dictionary<string, AccountKey> _known;
    private bool _isChanged;

    private PaperAccounts(ExchangeDesk desk, Dictionary<string, AccountKey> known) => (_desk, _known) = (desk, known);

    /// <summary>The demo account's key: a secret.</summary>
    public string DemoKey { get; private set; } = "";

    /// <summary>The simulated traders; empty where there shall be none.</summary>
    public IReadOnlyList<TraderSeat> Seats { get; private set; } = [];

    /// <summary>Opens the accounts, making those that the exchange does not know.</summary>
    /// <param name="desk">The exchange.</param>
    /// <param name="dataFolder">Where the file is.</param>
    /// <param name="traders">Whether there shall be simulated traders.</param>
    /// <exception cref="UserError">The file cannot be used.</exception>
    public static async Task<PaperAccounts> OpenAsync(ExchangeDesk desk, string dataFolder, bool traders)
    {
        var path = Path.Combine(dataFolder, FileName);
        try
        {
            var accounts = new PaperAccounts(desk, Read(path));
            await accounts.FillAsync(traders);
            if (accounts._isChanged)
            {
                Write(path, accounts._known);
            }

            return accounts;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"\"{path}\": the keys of the testnet's accounts cannot be kept there: {e.Message}", e);
        }
    }

    private async Task FillAsync(bool traders)
    {
        DemoKey = (await FindAsync(Demo, [.. _desk.Assets], share: 1000)).Key;
        if (!traders)
        {
            return;
        }

        var seats = new List<TraderSeat>();
        foreach (var market in _desk.Markets.Where(market => HasPrice(market.Spot)))
        {
            foreach (var (part, role) in Roles)
            {
                var name = $"{part}-{market.Spot.Base.Name}";
                var account = await FindAsync(name, [market.Spot.Base, market.Spot.Quote], share: 1);
                await TopUpAsync(account.Account, market.Spot);
                seats.Add(new TraderSeat(name, market.Spot.Name, role, account.Key));
            }
        }

        Seats = seats;
    }

    // What the testnet has prices of, and paper money to trade with.
    private static bool HasPrice(SpotMarket market) =>
        Paper.ContainsKey(market.Base.Name) && market.Quote.Name == "USDC"
        && MarketPairs.All.Any(pair => pair.Symbol.Base == market.Base.Name);

    private async Task<AccountKey> FindAsync(string name, IReadOnlyList<SpotAsset> assets, long share)
    {
        if (!_known.TryGetValue(name, out var known) || _desk.Keys.Find(known.Key)?.Account != known.Account)
        {
            var made = await Accounts.OpenAsync(_desk, name);
            foreach (var asset in assets.Where(one => Paper.ContainsKey(one.Name) && Atoms(one) / share > 0))
            {
                await Accounts.CreditAsync(_desk, made.Account, asset, Atoms(asset) / share);
            }

            known = new AccountKey(made.Account, made.ApiKey);
            _known[name] = known;
            _isChanged = true;
        }

        Redaction.Remember(known.Key);
        return known;
    }

    // Fees and a bad day must not end a market for good: the house gives a trader back what it began with.
    private async Task TopUpAsync(int account, SpotMarket market)
    {
        var balances = _desk.Balances(account);
        foreach (var asset in (SpotAsset[])[market.Base, market.Quote])
        {
            var has = balances[asset.Number].Available + balances[asset.Number].Held;
            if (has < Atoms(asset) / 2)
            {
                await _desk.RunAsync(new Command
                {
                    Type = CommandType.Deposit, Account = account, Target = asset.Number,
                    Quantity = Atoms(asset) - has,
                });
            }
        }
    }

    private static long Atoms(SpotAsset asset)
    {
        Int128 atoms = Paper[asset.Name];
        for (var i = 0; i < asset.Decimals; i++)
        {
            atoms *= 10;
        }

        return (long)Int128.Min(atoms, MostAtoms);
    }

    private static Dictionary<string, AccountKey> Read(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite;
        var known = new Dictionary<string, AccountKey>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return known;
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            throw new UserError($"\"{path}\" can be read by others; chmod 600 it, or delete it to get other accounts");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var row in document.RootElement.EnumerateObject())
            {
                known[row.Name] = new AccountKey(
                    row.Value.GetProperty("account").GetInt32(), row.Value.GetProperty("api_key").GetString()!);
            }

            return known;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            throw new UserError($"\"{path}\" holds no accounts; delete it to get others", e);
        }
    }

    private static void Write(string path, Dictionary<string, AccountKey> known)
    {
        var rows = new JsonObject();
        foreach (var (name, account) in known)
        {
            rows[name] = new JsonObject { ["account"] = account.Account, ["api_key"] = account.Key };
        }

        // Beside it first: a program that is killed here leaves the old file or the new one.
        var beside = path + ".new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(beside, options))
        {
            writer.WriteLine(rows.ToJsonString());
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <summary>An account and its key; not a record, whose text would show it.</summary>
    private sealed class AccountKey(int account, string key)
    {
        public int Account { get; } = account;

        public string Key { get; } = key;
    }
}
