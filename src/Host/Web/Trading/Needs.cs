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
    public static TBuilder Reads<TBuilder>(this TBuilder builder, KeyScopes scope)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Needs(scope));

    /// <summary>A key with the scope may do it.</summary>
    public static TBuilder Changes<TBuilder>(this TBuilder builder, KeyScopes scope)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Needs(scope, IsChange: true));

    /// <summary>A key with the scope may do it, and it takes orders away.</summary>
    public static TBuilder Cancels<TBuilder>(this TBuilder builder, KeyScopes scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new Needs(scope, IsChange: true, IsCancel: true));
}
