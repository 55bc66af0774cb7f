using System.Net;

namespace Strikeline.Host.Web;

/// <summary>
/// Refuses what a page of another site could make a browser send here: Host must be a loopback name (DNS rebinding),
/// and an Origin, where there is one, must be this server's own.
/// </summary>
internal static class Guard
{
    private const string Policy =
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";

    public static void Use(WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var host = context.Request.Host;
        if (!IsLoopback(host.Host))
        {
            return Problems.Of(
                StatusCodes.Status421MisdirectedRequest, "host_refused", $"the host '{host.Host}' is not served here",
                "call 127.0.0.1 or localhost").ExecuteAsync(context);
        }

        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length > 0
            && !origin.Equals($"{context.Request.Scheme}://{host.Value}", StringComparison.OrdinalIgnoreCase))
        {
            return Problems.Of(
                StatusCodes.Status403Forbidden, "origin_refused", "a page of another origin may not call this server",
                "open the terminal at this server's own address").ExecuteAsync(context);
        }

        return next(context);
    });

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
