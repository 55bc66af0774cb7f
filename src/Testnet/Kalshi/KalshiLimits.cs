namespace Strikeline.Testnet.Kalshi;

/// <summary>How often one may ask: token buckets for each member, requests for each address without a key.</summary>
/// <remarks>docs.kalshi.com "Rate Limits and Tiers", tier Basic, read in October 2026; the figure for requests without
/// a key was measured by others. A refusal carries no Retry-After.</remarks>
internal sealed class KalshiLimits
{
    /// <summary>Read tokens a second.</summary>
    public const int Reads = 200;

    /// <summary>Write tokens a second.</summary>
    public const int Writes = 100;

    /// <summary>Tokens of a request that nothing else is said of.</summary>
    public const int DefaultCost = 10;

    /// <summary>Tokens of reading one order.</summary>
    public const int OrderCost = 2;

    /// <summary>Requests a second of an address without a key.</summary>
    public const int Anonymous = 3;

    private const int MostAddresses = 1_024;

    private readonly Dictionary<KalshiMember, (TokenBucket Reads, TokenBucket Writes)> _members = [];
    private readonly Dictionary<string, TokenBucket> _addresses = new(StringComparer.Ordinal);

    /// <summary>Takes what a request costs.</summary>
    /// <returns>False where it must be refused.</returns>
    public bool TryTake(KalshiMember? member, KalshiRequest request, long nowNanos)
    {
        if (member is null)
        {
            return Address(request.Address).TryTake(1, nowNanos);
        }

        if (!_members.TryGetValue(member, out var buckets))
        {
            _members[member] = buckets = (new TokenBucket(Reads, Reads), new TokenBucket(Writes, Writes));
        }

        return request.Method == "GET"
            ? buckets.Reads.TryTake(CostOf(request.Path), nowNanos)
            : buckets.Writes.TryTake(DefaultCost, nowNanos);
    }

    private static int CostOf(string path) =>
        path.StartsWith(KalshiRest.Root + "/portfolio/orders/", StringComparison.Ordinal) ? OrderCost : DefaultCost;

    private TokenBucket Address(string address)
    {
        if (!_addresses.TryGetValue(address, out var bucket))
        {
            if (_addresses.Count == MostAddresses)
            {
                _addresses.Clear();
            }

            _addresses[address] = bucket = new TokenBucket(Anonymous, Anonymous);
        }

        return bucket;
    }
}
