namespace Strikeline.Testnet.Polymarket;

/// <summary>Where Polymarket's side of a running testnet is reached.</summary>
/// <param name="Clob">The CLOB's REST API.</param>
/// <param name="Ws">The CLOB's channels, without <c>/market</c> and <c>/user</c>.</param>
/// <param name="Gamma">Gamma's REST API.</param>
/// <param name="Rtds">The older price feed.</param>
/// <param name="PolyBolt">The newer price feed.</param>
/// <param name="Events">Slugs of its standing events: all but the rolling windows.</param>
public sealed record PolymarketEndpoints(
    string Clob, string Ws, string Gamma, string Rtds, string PolyBolt, IReadOnlyList<string> Events)
{
    /// <summary>One JSON object.</summary>
    public string ToJson() =>
        $"{{\"clob\":\"{Clob}\",\"ws\":\"{Ws}\",\"gamma\":\"{Gamma}\","
        + $"\"rtds\":\"{Rtds}\",\"polybolt\":\"{PolyBolt}\","
        + $"\"events\":[{string.Join(',', Events.Select(slug => $"\"{slug}\""))}]}}";
}
