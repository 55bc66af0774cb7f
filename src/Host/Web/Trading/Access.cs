using Strikeline.Exchange;
using Strikeline.Host.Gateway;

namespace Strikeline.Host.Web.Trading;

/// <summary>Who asks, and whether they may: in front of every route.</summary>
/// <param name="keys">The keys that hold.</param>
/// <param name="limits">How much of what each may do.</param>
/// <param name="signed">Requests that must be signed.</param>
internal sealed class Access(KeyDirectory keys, RateLimits limits, SignedRequests signed)
{
    private const string Scheme = "Bearer ";

    /// <summary>Who asks; on a route that needs a key.</summary>
    public static Bearer Of(HttpContext context) => context.Features.Get<Bearer>()
        ?? throw new InvalidOperationException("the route needs no key");

    /// <summary>The body of a request that changes something.</summary>
    public static byte[] BodyOf(HttpContext context) => context.Features.Get<Body>()?.Bytes ?? [];

    /// <summary>Lets a request through, or answers it.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        // Pages and files are no routes, and public.
        if (context.GetEndpoint() is not { } endpoint)
        {
            await next(context);
            return;
        }

        if (await RefusalAsync(context, endpoint.Metadata.GetMetadata<Needs>()) is { } mistake)
        {
            if (mistake.Status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
            }
            else if (mistake.Status == StatusCodes.Status429TooManyRequests)
            {
                context.Response.Headers.RetryAfter = "1";
            }

            await mistake.ToResult().ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    /// <summary>Whose key it is, by the hash of its secret; null where it is nobody's.</summary>
    public Bearer? Find(KeyBytes hash) => keys.Find(hash);

    /// <summary>What is wrong with the signature of a WebSocket client that says who it is: signed like a request with
    /// the method <c>AUTH</c>, the path <c>/ws</c> and no body; null where nothing is, or none is needed.</summary>
    public Mistake? CheckSocket(Bearer bearer, string timestamp, string nonce, string signature) =>
        bearer.PublicKey.IsZero
            ? null
            : signed.Check(bearer.PublicKey, "AUTH", "/ws", [], timestamp, nonce, signature);

    /// <summary>Takes one of what a bearer may do; false where it must wait.</summary>
    public bool TryTake(Bearer bearer, bool isCancel) => limits.TryTake($"{bearer.Account}/{bearer.Name}", isCancel);

    private async ValueTask<Mistake?> RefusalAsync(HttpContext context, Needs? needs)
    {
        if (needs is null)
        {
            return new Mistake(
                StatusCodes.Status403Forbidden, "route_closed", "the route says nothing of who may use it",
                "this is a fault of the program");
        }

        if (needs.Scopes == KeyScopes.None)
        {
            return null;
        }

        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Unauthorized("key_required", "the route needs an API key", "send Authorization: Bearer API_KEY");
        }

        if (keys.Find(header[Scheme.Length..].Trim()) is not { } bearer)
        {
            return Unauthorized("key_unknown", "the API key is unknown or was taken back", "take another one");
        }

        if ((bearer.Scopes & needs.Scopes) == KeyScopes.None)
        {
            return new Mistake(
                StatusCodes.Status403Forbidden, "scope_missing",
                $"the key has not the scope {needs.Scopes.ToString().ToLowerInvariant()}", "take a key that has it");
        }

        if (needs.IsChange && !TryTake(bearer, needs.IsCancel))
        {
            return new Mistake(
                StatusCodes.Status429TooManyRequests, "rate_limited", "the key has used up what it may do in a second",
                "try again in a second; cancellations have a reserve");
        }

        var body = needs.IsChange ? await BodyAsync(context) : ([], null);
        if (body.Mistake is not null)
        {
            return body.Mistake;
        }

        context.Features.Set(new Body(body.Bytes));
        context.Features.Set(bearer);
        var (request, headers) = (context.Request, context.Request.Headers);
        return bearer.PublicKey.IsZero ? null : signed.Check(
            bearer.PublicKey, request.Method, $"{request.Path.Value}{request.QueryString.Value}", body.Bytes,
            headers[SignedRequests.Timestamp].ToString(), headers[SignedRequests.Nonce].ToString(),
            headers[SignedRequests.Signature].ToString());
    }

    private static async ValueTask<(byte[] Bytes, Mistake? Mistake)> BodyAsync(HttpContext context)
    {
        var request = context.Request;
        var bytes = new byte[BodyFields.MaxBytes + 1];
        int length;
        try
        {
            length = await request.Body.ReadAtLeastAsync(
                bytes, bytes.Length, throwOnEndOfStream: false, context.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            return ([], new Mistake(e.StatusCode, "malformed_request", "the body cannot be read", "send it whole"));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Gone, or cut for a newer connection: nobody will read this.
            return ([], Mistake.Bad("malformed_request", "the connection has ended before the body", "send it whole"));
        }

        return length > BodyFields.MaxBytes
                ? ([], new Mistake(
                    StatusCodes.Status413PayloadTooLarge, "body_too_large",
                    $"the body has more than {BodyFields.MaxBytes} bytes", "send only the fields that the route knows"))
            : length > 0 && !IsJson(request.ContentType)
                ? ([], new Mistake(
                    StatusCodes.Status415UnsupportedMediaType, "json_expected",
                    "the body is not marked as JSON", "send Content-Type: application/json"))
            : (bytes[..length], null);
    }

    // To the letter: what only looks like it may be what a page of another origin can send unasked.
    private static bool IsJson(string? contentType) =>
        contentType is not null && contentType.Split(';')[0].Trim().Equals(
            "application/json", StringComparison.OrdinalIgnoreCase);

    private static Mistake Unauthorized(string code, string detail, string remedy) =>
        new(StatusCodes.Status401Unauthorized, code, detail, remedy);

    private sealed record Body(byte[] Bytes);
}
