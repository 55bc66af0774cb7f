using Strikeline.Exchange;
using Strikeline.Host.Gateway;
using Strikeline.Kernel;

namespace Strikeline.Host.Web.Trading;

/// <summary>What operators do: accounts, keys, money from and to the outside, status.</summary>
internal sealed class AdminRoutes(ExchangeDesk desk)
{
    /// <summary>Adds the routes.</summary>
    public static void Map(WebApplication app, ExchangeDesk desk)
    {
        var routes = new AdminRoutes(desk);
        app.MapPost("/api/v1/admin/accounts", TradingRoutes.Route(routes.OpenAsync))
            .Changes(KeyScopes.Admin)
            .Produces<AccountAnswer>()
            .WithSummary("Opens an account with a key that may read and trade; the key is shown once.");
        app.MapPost("/api/v1/admin/deposits", TradingRoutes.Route(
                context => routes.MoveAsync(context, CommandType.Deposit)))
            .Changes(KeyScopes.Admin)
            .Produces<BalanceRow>()
            .WithSummary("Credits an account from outside.");
        app.MapPost("/api/v1/admin/withdrawals", TradingRoutes.Route(
                context => routes.MoveAsync(context, CommandType.Withdraw)))
            .Changes(KeyScopes.Admin)
            .Produces<BalanceRow>()
            .WithSummary("Debits an account to the outside.");
        app.MapPost("/api/v1/admin/keys", TradingRoutes.Route(routes.MakeKeyAsync))
            .Changes(KeyScopes.Admin)
            .Produces<AccountAnswer>()
            .WithSummary("Gives an account a further key; it is shown once.");
        app.MapDelete("/api/v1/admin/keys", TradingRoutes.Route(routes.RevokeAsync))
            .Changes(KeyScopes.Admin)
            .Produces(StatusCodes.Status204NoContent)
            .WithSummary("Takes a key back, for good: account and name.");
        app.MapPost("/api/v1/admin/status", TradingRoutes.Route(routes.SetStatusAsync))
            .Changes(KeyScopes.Admin)
            .Produces<StatusSetAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Opens a market or an account, lets it only cancel, or halts it.");
    }

    /// <summary>The words for what a market or an account may be used for.</summary>
    public static string Statuses { get; } =
        string.Join(", ", Enum.GetValues<TradingStatus>().Select(TradingRows.Word));

    /// <summary>What a word means; null where it is none of them.</summary>
    public static TradingStatus? StatusOf(string word) =>
        Enum.GetValues<TradingStatus>().Select(status => (TradingStatus?)status)
            .FirstOrDefault(status => TradingRows.Word(status!.Value) == word);

    private async Task<IResult> SetStatusAsync(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(Access.BodyOf(context), "market", "account", "status");
        long account = -1;
        MarketDesk? market = null;
        mistake ??= OrderFields.Whole(fields!, "account", 0, int.MaxValue, ref account)
            ?? (account >= 0 == fields!["market"] is not null
                ? OrderFields.Missing("market", "or account, one of both") : null)
            ?? (account < 0 ? OrderFields.Market(fields!, desk, out market) : null);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        if (fields!["status"] is not { } given || StatusOf(given.Text) is not { } status)
        {
            return Mistake.Bad("invalid_status", "status is missing or no status", $"{Statuses} is allowed").ToResult();
        }

        var outcome = await desk.RunAsync(market is null
            ? new Command { Type = CommandType.SetAccountStatus, Account = (int)account, Status = status }
            : new Command
            {
                Type = CommandType.SetInstrumentStatus, Instrument = market.Spot.Number, Status = status,
            });
        return outcome.Rejected != ReasonCode.None
            ? OrderEntry.Refusal(outcome.Rejected).ToResult()
            : Results.Json(
                new StatusSetAnswer(market?.Spot.Name, market is null ? (int)account : null, TradingRows.Word(status)),
                HostJson.Default.StatusSetAnswer);
    }

    private async Task<IResult> OpenAsync(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(Access.BodyOf(context), "name");
        return mistake?.ToResult()
            ?? (Accounts.IsName(fields!.TextOf("name"))
                ? await OpenAsync(fields.TextOf("name"))
                : Mistake.Bad(
                    "invalid_name", "name is missing or no name", "1 to 24 printable ASCII letters are allowed")
                    .ToResult());
    }

    private async Task<IResult> OpenAsync(string name)
    {
        try
        {
            return Results.Json(await Accounts.OpenAsync(desk, name), HostJson.Default.AccountAnswer);
        }
        catch (UserError e)
        {
            return new Mistake(
                StatusCodes.Status422UnprocessableEntity, "account_refused", e.Message, "ask the operator")
                .ToResult();
        }
    }

    private async Task<IResult> MoveAsync(HttpContext context, CommandType type)
    {
        var (fields, mistake) = BodyFields.Read(
            Access.BodyOf(context), "account", "asset", "amount", "client_id");
        long account = -1;
        mistake ??= OrderFields.Whole(fields!, "account", 0, int.MaxValue, ref account)
            ?? (account < 0 ? OrderFields.Missing("account", "the number of the account") : null);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        var asset = desk.Assets.FirstOrDefault(
            known => known.Name.Equals(fields!["asset"]?.Text, StringComparison.OrdinalIgnoreCase));
        if (asset is null)
        {
            return OrderEntry.Refusal(ReasonCode.UnknownAsset).ToResult();
        }

        if (fields!["amount"] is not { } amount
            || !DecimalText.TryParseJsonNumber(amount.Bytes, asset.Decimals, out var atoms) || atoms <= 0)
        {
            return Mistake.Bad(
                "invalid_amount", "amount is no number above zero, or has too many decimals",
                $"{asset.Name} has {asset.Decimals} decimals").ToResult();
        }

        UInt128 clientId = 0;
        if (fields["client_id"] is { } id && !ClientIdText.TryParse(id.Text, out clientId))
        {
            return Mistake.Bad("invalid_client_id", "client_id is no id", "1 to 21 letters, digits, - or _").ToResult();
        }

        var outcome = await desk.RunAsync(new Command
        {
            Type = type, Account = (int)account, Target = asset.Number, Quantity = atoms, ClientId = clientId,
        });
        if (outcome.Rejected != ReasonCode.None)
        {
            return OrderEntry.Refusal(outcome.Rejected).ToResult();
        }

        var balance = desk.Balances((int)account)[asset.Number];
        return Results.Json(
            new BalanceRow(asset.Name, asset.Text(balance.Available), asset.Text(balance.Held)),
            HostJson.Default.BalanceRow);
    }

    private async Task<IResult> MakeKeyAsync(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(Access.BodyOf(context), "account", "name", "scopes", "public_key");
        long account = -1;
        mistake ??= OrderFields.Whole(fields!, "account", 0, int.MaxValue, ref account);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        var scopes = KeyScopes.None;
        var words = fields!["scopes"] is null ? "read trade" : fields.TextOf("scopes");
        foreach (var word in words.Split(' '))
        {
            scopes |= word switch
            {
                "read" => KeyScopes.Read,
                "trade" => KeyScopes.Trade,
                "admin" => KeyScopes.Admin,
                _ => (KeyScopes)0x80,
            };
        }

        var publicKey = default(KeyBytes);
        if (fields["public_key"] is { } given)
        {
            var bytes = new byte[KeyBytes.Length + 1];
            if (!Convert.TryFromBase64String(given.Text, bytes, out var length) || length != KeyBytes.Length)
            {
                return Mistake.Bad(
                    "invalid_public_key", "public_key is no Ed25519 key", "send its 32 bytes in base64").ToResult();
            }

            publicKey = KeyBytes.Of(bytes.AsSpan(0, length));
        }

        var name = fields.TextOf("name");
        if (!Accounts.IsName(name) || account < 0)
        {
            return Mistake.Bad(
                "invalid_name", "account or name is missing or impossible", "send account and name").ToResult();
        }

        var secret = KeyDirectory.NewSecret();
        var outcome = await desk.RunAsync(new KeyListing
        {
            Account = (int)account, Scopes = scopes, Name = ListingName.Of(name),
            Hash = KeyDirectory.HashOf(secret), PublicKey = publicKey,
        });
        return outcome.Rejected != ReasonCode.None
            ? OrderEntry.Refusal(outcome.Rejected).ToResult()
            : Results.Json(new AccountAnswer((int)account, secret), HostJson.Default.AccountAnswer);
    }

    private async Task<IResult> RevokeAsync(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(Access.BodyOf(context), "account", "name");
        long account = -1;
        mistake ??= OrderFields.Whole(fields!, "account", 0, int.MaxValue, ref account);
        if (mistake is not null)
        {
            return mistake.ToResult();
        }

        // The control token may go by the same name: it is none of the exchange's keys, which refuses to take it back.
        var isRevoked = false;
        foreach (var hash in desk.Keys.Named((int)account, fields!.TextOf("name")))
        {
            var outcome = await desk.RunAsync(new KeyListing { Hash = hash, IsRevoked = 1 });
            isRevoked |= outcome.Rejected == ReasonCode.None;
        }

        return isRevoked ? Results.NoContent() : OrderEntry.Refusal(ReasonCode.UnknownKey).ToResult();
    }
}
