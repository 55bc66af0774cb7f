using System.Net.Sockets;

namespace Strikeline.Host.Cli;

/// <summary>Turns the failure to listen on an address into the one line that the user needs.</summary>
internal static class BindFailure
{
    /// <summary>The error to show, or null where the failure is another.</summary>
    /// <param name="failure">What starting a server threw.</param>
    /// <param name="addresses">The addresses that were asked for.</param>
    /// <param name="remedy">How to choose another, such as <c>--urls URL</c>.</param>
    public static UserError? Explain(Exception failure, IEnumerable<string> addresses, string remedy)
    {
        var causes = Causes(failure).ToList();
        if (causes.OfType<SocketException>().FirstOrDefault() is not { } socket)
        {
            return null;
        }

        var all = addresses.ToList();
        // The server's own message names the one of several addresses.
        var address = all.Find(one => causes.Exists(cause =>
            cause.Message.Contains(Authority(one), StringComparison.Ordinal))) ?? string.Join(", ", all);
        var why = socket.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => "is taken by another program: stop that one, or",
            SocketError.AccessDenied => "needs rights that this user does not have (ports below 1024):",
            SocketError.AddressNotAvailable => "is no address of this machine:",
            _ => null,
        };
        return why is null ? null : new UserError($"{address} {why} choose another address with {remedy}", failure);
    }

    private static string Authority(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Authority : address;

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (var at = failure; at is not null; at = at.InnerException)
        {
            yield return at;
        }
    }
}
