using System.Net;
using System.Net.Sockets;

namespace Strikeline.Unit.TestKit;

/// <summary>Ports of the loopback for servers that cannot choose one themselves.</summary>
internal static class LoopbackPort
{
    /// <summary>One that is free now; another program may take it before it is used.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
