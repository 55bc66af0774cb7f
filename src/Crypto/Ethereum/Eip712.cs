namespace Strikeline.Crypto;

/// <summary>The whole of what is signed of a typed structure (EIP-712).</summary>
public static class Eip712
{
    /// <summary>What is signed: Keccak-256 of <c>0x19 0x01</c>, the domain's hash and the struct's.</summary>
    public static void Digest(
        ReadOnlySpan<byte> domainSeparator32, ReadOnlySpan<byte> structHash32, Span<byte> digest32)
    {
        var sponge = default(Keccak256);
        sponge.Add([0x19, 0x01]);
        sponge.Add(domainSeparator32);
        sponge.Add(structHash32);
        sponge.Finish(digest32);
    }

    /// <summary>The hash of a domain with a contract.</summary>
    public static void DomainSeparator(
        ReadOnlySpan<char> name, ReadOnlySpan<char> version, in UInt256 chainId, in EthAddress verifyingContract,
        Span<byte> hash32)
    {
        var domain = new Eip712Struct(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"u8);
        domain.Add(name);
        domain.Add(version);
        domain.Add(chainId);
        domain.Add(verifyingContract);
        domain.Finish(hash32);
    }

    /// <summary>The hash of a domain without a contract.</summary>
    public static void DomainSeparator(
        ReadOnlySpan<char> name, ReadOnlySpan<char> version, in UInt256 chainId, Span<byte> hash32)
    {
        var domain = new Eip712Struct("EIP712Domain(string name,string version,uint256 chainId)"u8);
        domain.Add(name);
        domain.Add(version);
        domain.Add(chainId);
        domain.Finish(hash32);
    }
}
