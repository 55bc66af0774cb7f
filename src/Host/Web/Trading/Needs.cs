using Strikeline.Exchange;

namespace Strikeline.Host.Web.Trading;

/// <summary>What a route asks of its caller. A route without it answers nobody.</summary>
/// <param name="Scopes">Any of these; none for what everybody may read.</param>
/// <param name="IsCancel">True where it only takes orders away: it has a reserve of its own.</param>
/// <param name="IsChange">True where it changes something: it counts against the caller's limit.</param>
internal sealed record Needs(KeyScopes Scopes, bool IsChange = false, bool IsCancel = false);

/// <summary>Marks routes.</summary>
internal static class NeedsExtensions
{
    /// <summary>Everybody may read it.</summary>
    public static TBuilder Public<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Needs(KeyScopes.None));

    /// <summary>A key with the scope may read it.</summary>
    public static RouteHandlerBuilder Reads(this RouteHandlerBuilder builder, KeyScopes scope) =>
        Keyed(builder, new Needs(scope));

    /// <summary>A key with the scope may do it.</summary>
    public static RouteHandlerBuilder Changes(this RouteHandlerBuilder builder, KeyScopes scope) =>
        Keyed(builder, new Needs(scope, IsChange: true)).ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>A key with the scope may do it, and it takes orders away.</summary>
    public static RouteHandlerBuilder Cancels(this RouteHandlerBuilder builder, KeyScopes scope) =>
        builder.Changes(scope).WithMetadata(new Needs(scope, IsChange: true, IsCancel: true));

    private static RouteHandlerBuilder Keyed(RouteHandlerBuilder builder, Needs needs) => builder.WithMetadata(needs)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden);
}
