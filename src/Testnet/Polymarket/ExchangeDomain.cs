using Strikeline.Crypto;

namespace Strikeline.Testnet.Polymarket;

/// <summary>Under which exchange the orders of a market are signed: data of the market, never a constant.</summary>
/// <remarks>Chain 137. Addresses by the venue's own clients (clob-client-v2, config, read in November 2026).</remarks>
internal sealed class ExchangeDomain
{
    public const ulong ChainId = 137;

    private const string Name = "Polymarket CTF Exchange";

    private readonly byte[] _separator = new byte[Keccak256.Size];

    private ExchangeDomain(string version, string contract)
    {
        Version = version;
        Contract = EthAddress.Parse(contract);
        Eip712.DomainSeparator(Name, version, ChainId, Contract, _separator);
    }

    public static ExchangeDomain Plain { get; } = new("2", "0xE111180000d2663C0091e4f400237545B87B996B");

    public static ExchangeDomain NegRisk { get; } = new("2", "0xe2222d279d744050d28e00520010520000310F59");

    public static ExchangeDomain Third { get; } = new("3", "0xe3333700cA9d93003F00f0F71f8515005F6c00Aa");

    public static IReadOnlyList<ExchangeDomain> All { get; } = [Plain, NegRisk, Third];

    public string Version { get; }

    public EthAddress Contract { get; }

    public ReadOnlySpan<byte> Separator => _separator;
}
