using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Strikeline.Host.Composition;
using Strikeline.Host.Configuration;
using Strikeline.Host.Web.Trading;
using Strikeline.Journal;

namespace Strikeline.Host.Cli;

/// <summary>The admin API of a running server.</summary>
internal sealed class ExchangeAdmin : IDisposable
{
    /// <summary>The environment variable that may hold the control token.</summary>
    public const string TokenVariable = "STRIKELINE_TOKEN";

    private readonly HttpClient _http;
    private readonly Uri _server;

    private ExchangeAdmin(Uri server, string token)
    {
        _server = server;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = server, Timeout = TimeSpan.FromSeconds(15),
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Of a server. The token comes from the environment, or else from the data folder.</summary>
    /// <exception cref="UserError">The address or the token cannot be used.</exception>
    public static ExchangeAdmin Of(string url, string dataFolder)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https")
            || server.UserInfo.Length > 0)
        {
            throw new UserError(
                $"--url: found \"{url}\"; the address of a server is allowed, such as http://127.0.0.1:8080");
        }

        var given = Environment.GetEnvironmentVariable(TokenVariable)?.Trim();
        if (given is { Length: > 0 })
        {
            Logging.Redaction.Remember(given);
        }

        return new ExchangeAdmin(server, given is { Length: > 0 } ? given : TokenCommand.Read(dataFolder));
    }

    /// <summary>The exchange of a data folder that no program runs on.</summary>
    /// <exception cref="UserError">One does, or the folder cannot be used.</exception>
    public static async Task<OpenExchange> OpenFolderAsync(Settings settings)
    {
        try
        {
            return await OpenExchange.FromAsync(settings, TimeProvider.System, prices: null);
        }
        catch (UserError e) when (e.InnerException is JournalException { Reason: JournalReasons.Locked })
        {
            throw new UserError(
                $"{OpenExchange.FolderOf(settings)}: a program runs on this exchange: add --url URL with its "
                + "address, such as http://127.0.0.1:8080", e);
        }
    }

    /// <summary>Makes sure that the exchange has the assets, so that nothing is made in vain.</summary>
    /// <exception cref="UserError">It has not.</exception>
    public async Task CheckAsync(IReadOnlyList<Deposit> deposits, CancellationToken cancel)
    {
        var markets = await AskAsync(HttpMethod.Get, "/api/v1/instruments", null, cancel);
        var known = markets.EnumerateArray()
            .SelectMany(market => new[] { Text(market, "base"), Text(market, "quote") })
            .ToHashSet(StringComparer.Ordinal);
        if (deposits.FirstOrDefault(one => !known.Contains(one.Asset)) is { } unknown)
        {
            throw unknown.Unknown(known);
        }
    }

    /// <summary>Opens an account.</summary>
    /// <exception cref="UserError">The server refuses it.</exception>
    public async Task<AccountAnswer> CreateAsync(string name, CancellationToken cancel)
    {
        var made = await AskAsync(
            HttpMethod.Post, "/api/v1/admin/accounts", new Dictionary<string, object> { ["name"] = name }, cancel);
        return new AccountAnswer(made.GetProperty("account").GetInt32(), Text(made, "api_key"));
    }

    /// <summary>Credits it.</summary>
    /// <exception cref="UserError">The server refuses it.</exception>
    public async Task DepositAsync(int account, Deposit deposit, CancellationToken cancel) => await AskAsync(
        HttpMethod.Post, "/api/v1/admin/deposits",
        new Dictionary<string, object>
        {
            ["account"] = account, ["asset"] = deposit.Asset, ["amount"] = deposit.Amount,
        },
        cancel);

    /// <summary>Opens a market or an account, or closes it.</summary>
    /// <param name="field">What it is: <c>market</c> or <c>account</c>.</param>
    /// <param name="what">Its name or number.</param>
    /// <param name="status">As the API writes it.</param>
    /// <param name="cancel">The user's patience.</param>
    /// <exception cref="UserError">The server refuses it.</exception>
    public async Task SetStatusAsync(string field, string what, string status, CancellationToken cancel) =>
        await AskAsync(
            HttpMethod.Post, "/api/v1/admin/status",
            new Dictionary<string, object> { [field] = what, ["status"] = status }, cancel);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString() ?? "";

    private async Task<JsonElement> AskAsync(
        HttpMethod method, string path, Dictionary<string, object>? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
            await request.Content.LoadIntoBufferAsync(cancel);
        }

        try
        {
            using var answer = await _http.SendAsync(request, cancel);
            var text = await answer.Content.ReadAsStringAsync(cancel);
            if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                throw new UserError(
                    $"{_server}: the control token is refused: name the server's data folder with --data DIR, or set "
                    + TokenVariable);
            }

            using var document = JsonDocument.Parse(text);
            return answer.IsSuccessStatusCode
                ? document.RootElement.Clone()
                : throw new UserError(
                    $"{_server}: refused: {Text(document.RootElement, "detail").ReplaceLineEndings(" ")}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            throw new UserError($"no server answers at {_server} ({e.Message})", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UserError($"{_server} is no server with an exchange", e);
        }
    }
}
