using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strikeline.Testnet;

/// <summary>What the exchange has said to a request that it understood.</summary>
/// <param name="Code">Why it refused; null where it did what was asked.</param>
/// <param name="Body">The answer; undefined where it refused.</param>
internal readonly record struct ExchangeReply(string? Code, JsonElement Body)
{
    /// <summary>True where it was done.</summary>
    public bool IsDone => Code is null;
}

/// <summary>The exchange cannot be used now: it is away, busy, or the key is not let in. Try again later.</summary>
internal sealed class ExchangeAwayException(string reason, TimeSpan? after = null, Exception? cause = null)
    : Exception(reason, cause)
{
    /// <summary>How long the exchange asked to wait; null where it said nothing.</summary>
    public TimeSpan? After { get; } = after;
}

/// <summary>One trader's requests to the exchange's REST API, one at a time.</summary>
/// <param name="http">The client, with the API's address; shared by all traders.</param>
/// <param name="key">The API key.</param>
/// <param name="tally">Counts them.</param>
/// <param name="clock">The time of the time limit.</param>
internal sealed class ExchangeLine(HttpClient http, string key, TraderTally tally, TimeProvider clock)
{
    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Reads.</summary>
    /// <exception cref="ExchangeAwayException">Nobody answers, or not this key.</exception>
    /// <exception cref="OperationCanceledException">The trader was told to stop.</exception>
    public Task<ExchangeReply> GetAsync(string path, CancellationToken stop) =>
        SendAsync(HttpMethod.Get, path, null, stop);

    /// <summary>Sends a request.</summary>
    /// <exception cref="ExchangeAwayException">Nobody answers, or not this key; whether the request was done is not
    /// known.</exception>
    /// <exception cref="OperationCanceledException">The trader was told to stop.</exception>
    public async Task<ExchangeReply> SendAsync(
        HttpMethod method, string path, JsonObject? body, CancellationToken stop)
    {
        tally.Asked();
        try
        {
            var reply = await AskAsync(method, path, body, stop);
            if (!reply.IsDone)
            {
                tally.WasRefused();
            }

            return reply;
        }
        catch (ExchangeAwayException)
        {
            tally.WasAway();
            throw;
        }
    }

    private async Task<ExchangeReply> AskAsync(
        HttpMethod method, string path, JsonObject? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var late = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            using var answer = await http.SendAsync(request, either.Token);
            var bytes = await answer.Content.ReadAsByteArrayAsync(either.Token);
            return Understand(answer, bytes);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ExchangeAwayException("no answer in time");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            throw new ExchangeAwayException(e.GetType().Name, cause: e);
        }
    }

    private static ExchangeReply Understand(HttpResponseMessage answer, byte[] bytes)
    {
        var status = (int)answer.StatusCode;
        if (status >= 500 || answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized
            or HttpStatusCode.RequestTimeout)
        {
            throw new ExchangeAwayException($"status {status}", answer.Headers.RetryAfter?.Delta);
        }

        if (bytes.Length == 0)
        {
            return new ExchangeReply(answer.IsSuccessStatusCode ? null : $"status_{status}", default);
        }

        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        if (answer.IsSuccessStatusCode)
        {
            return new ExchangeReply(null, root.Clone());
        }

        var code = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("code", out var said)
            && said.ValueKind == JsonValueKind.String
                ? said.GetString()
                : null;
        return new ExchangeReply(code ?? $"status_{status}", default);
    }
}
