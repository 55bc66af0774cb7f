using System.Net;
using Microsoft.AspNetCore.Connections.Features;
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
    private const int House = 0;

    /// <summary>Who asks; on a route that needs a key.</summary>
    public static Bearer Of(HttpContext context) => context.Features.Get<Request>()?.Bearer
        ?? throw new InvalidOperationException("the route needs no key");

    /// <summary>The body of a request that changes something.</summary>
    public static byte[] BodyOf(HttpContext context) => context.Features.Get<Request>()?.Body ?? [];

    /// <summary>Lets a request through, or answers it.</summary>
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        // Pages and files are no routes, and public.
        if (context.GetEndpoint() is not { } endpoint)
        {
            return next(context);
        }

        if (endpoint.Metadata.GetMetadata<Needs>() is not { } needs)
        {
            return RefuseAsync(context, new Mistake(
                StatusCodes.Status403Forbidden, "route_closed", "the route says nothing of who may use it",
                "this is a fault of the program"));
        }

        if (needs.Scopes == KeyScopes.None)
        {
            return next(context);
        }

        var (bearer, mistake) = Ask(context, needs);
        return mistake is not null ? RefuseAsync(context, mistake) : RunAsync(context, next, bearer!, needs);
    }

    /// <summary>Whose key it is, by the hash of its secret; null where it is nobody's.</summary>
    public Bearer? Find(KeyBytes hash) => keys.Find(hash);

    /// <summary>What is wrong with the signature of a WebSocket client that says who it is: signed like a request with
    /// the method <c>AUTH</c>, the path <c>/ws</c> and no body; null where nothing is, or none is needed.</summary>
    public Mistake? CheckSocket(Bearer bearer, IPAddress? from, string timestamp, string nonce, string signature) =>
        bearer.PublicKey.IsZero
            ? null
            : MayFail(bearer, from)
                ?? Counted(bearer, from, signed.Check(
                    bearer.PublicKey, "AUTH", "/ws", [], timestamp, nonce, signature));

    /// <summary>Why an operator's key places no order: account 0 is the house, which collects fees and does not trade.
    /// What it may have in a book can be taken back. Null for any other.</summary>
    public static Mistake? Operator(Bearer bearer) => bearer.Account != House
        ? null
        : new Mistake(
            StatusCodes.Status403Forbidden, "account_required",
            "the key is an operator's and has no account to trade on",
            "take an account's key: strikeline exchange account create");

    /// <summary>Takes one of what a bearer may do; false where it must wait.</summary>
    public bool TryTake(Bearer bearer, bool isCancel) => limits.TryTake(bearer.Label, isCancel);

    private static Task RefuseAsync(HttpContext context, Mistake mistake)
    {
        if (mistake.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }
        else if (mistake.Status == StatusCodes.Status429TooManyRequests)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return mistake.ToResult().ExecuteAsync(context);
    }

    private async Task RunAsync(HttpContext context, RequestDelegate next, Bearer bearer, Needs needs)
    {
        var request = new Request(bearer);
        context.Features.Set(request);
        var mistake = bearer.PublicKey.IsZero
            ? Limit(bearer, needs) ?? await TakeBodyAsync(context, needs, request)
            : await SignedAsync(context, request, needs);
        await (mistake is null ? next(context) : RefuseAsync(context, mistake));
    }

    private (Bearer? Bearer, Mistake? Mistake) Ask(HttpContext context, Needs needs)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return (null, Unauthorized(
                "key_required", "the route needs an API key", "send Authorization: Bearer API_KEY"));
        }

        if (keys.Find(HashOf(context, header)) is not { } bearer)
        {
            return (null, Unauthorized(
                "key_unknown", "the API key is unknown or was taken back", "take another one"));
        }

        if ((bearer.Scopes & needs.Scopes) == KeyScopes.None)
        {
            return (null, new Mistake(
                StatusCodes.Status403Forbidden, "scope_missing",
                $"the key has not the scope {needs.Scopes.ToString().ToLowerInvariant()}", "take a key that has it"));
        }

        return needs is { Scopes: KeyScopes.Trade, IsChange: true, IsCancel: false }
            ? (bearer, Operator(bearer))
            : (bearer, null);
    }

    // A client sends the same header again and again, and the server then gives the very same string: its hash is kept
    // with the connection, as long as that.
    private static KeyBytes HashOf(HttpContext context, string header)
    {
        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null && items.TryGetValue(typeof(KnownHeader), out var kept)
            && kept is KnownHeader known && ReferenceEquals(known.Header, header))
        {
            return known.Hash;
        }

        var hash = KeyDirectory.HashOf(header[Scheme.Length..].Trim());
        if (items is not null)
        {
            items[typeof(KnownHeader)] = new KnownHeader(header, hash);
        }

        return hash;
    }

    // The owner's limit is only touched by what the owner has signed; what is not counts against where it comes from.
    private async ValueTask<Mistake?> SignedAsync(HttpContext context, Request own, Needs needs)
    {
        var (bearer, from) = (own.Bearer, context.Connection.RemoteIpAddress);
        if (MayFail(bearer, from) is { } tooMany)
        {
            return tooMany;
        }

        var mistake = await TakeBodyAsync(context, needs, own);
        var (request, headers) = (context.Request, context.Request.Headers);
        mistake ??= signed.Check(
            bearer.PublicKey, request.Method, $"{request.Path.Value}{request.QueryString.Value}", own.Body,
            headers[SignedRequests.Timestamp].ToString(), headers[SignedRequests.Nonce].ToString(),
            headers[SignedRequests.Signature].ToString());
        return Counted(bearer, from, mistake) ?? Limit(bearer, needs);
    }

    private Mistake? Limit(Bearer bearer, Needs needs) => needs.IsChange && !TryTake(bearer, needs.IsCancel)
        ? TooMany("rate_limited", "the key has used up what it may do in a second",
            "try again in a second; cancellations have a reserve")
        : null;

    private Mistake? MayFail(Bearer bearer, IPAddress? from) => limits.MayFail(bearer.Label, from)
        ? null
        : TooMany("too_many_wrong_signatures", "too many requests from here bore no right signature of the key",
            "sign with its private key, and try again in a second");

    private Mistake? Counted(Bearer bearer, IPAddress? from, Mistake? mistake)
    {
        if (mistake is not null)
        {
            limits.Fail(bearer.Label, from);
        }

        return mistake;
    }

    private static async ValueTask<Mistake?> TakeBodyAsync(HttpContext context, Needs needs, Request request)
    {
        if (!needs.IsChange)
        {
            return null;
        }

        (request.Body, var mistake) = await BodyAsync(context);
        return mistake;
    }

    private static async ValueTask<(byte[] Bytes, Mistake? Mistake)> BodyAsync(HttpContext context)
    {
        var request = context.Request;
        // One byte more than there may be: that it stays empty shows the end.
        var bytes = new byte[Math.Min(request.ContentLength ?? BodyFields.MaxBytes, BodyFields.MaxBytes) + 1];
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

        return length == bytes.Length
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
        contentType is not null
        && contentType.AsSpan(0, contentType.IndexOf(';') is var end and >= 0 ? end : contentType.Length).Trim().Equals(
            "application/json", StringComparison.OrdinalIgnoreCase);

    private static Mistake TooMany(string code, string detail, string remedy) =>
        new(StatusCodes.Status429TooManyRequests, code, detail, remedy);

    private static Mistake Unauthorized(string code, string detail, string remedy) =>
        new(StatusCodes.Status401Unauthorized, code, detail, remedy);

    private sealed class Request(Bearer bearer)
    {
        public Bearer Bearer { get; } = bearer;

        public byte[] Body { get; set; } = [];
    }

    private sealed record KnownHeader(string Header, KeyBytes Hash);
}
