using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Strikeline.Testnet;

/// <summary>A venue of another kind that lives on the floor's time and prices, with a port of its own.</summary>
internal interface IFloorGuest
{
    /// <summary>Its name in commands and on the status page.</summary>
    string Name { get; }

    /// <summary>Ten milliseconds have passed; under the floor's lock.</summary>
    void Step(long step, long nowNanos);

    /// <summary>Answers a request that came in on its port; takes the floor's lock itself.</summary>
    Task HandleAsync(HttpContext context);

    /// <summary>Sets a fault of its own; under the floor's lock.</summary>
    RestAnswer SetFault(byte[] body);

    /// <summary>Ends every fault; under the floor's lock.</summary>
    /// <returns>How many stood.</returns>
    int ClearFaults();

    /// <summary>Answers what the control server gets under <c>/control/NAME/</c>; under the floor's lock.</summary>
    RestAnswer Control(string method, string path, byte[] body);

    /// <summary>Writes the fields of its status; under the floor's lock.</summary>
    void WriteStatus(Utf8JsonWriter json);

    /// <summary>Cuts every connection; under the floor's lock.</summary>
    void CutAll();
}
