using System.Buffers.Binary;
using System.Text;
using Strikeline.Crypto;

namespace Strikeline.Testnet.Polymarket;

/// <summary>The hash of an order, which is its id, and whose key has signed it.</summary>
/// <remarks>
/// Types 0 to 2 are signed as they are. Type 3 is signed inside the wallet's own typed data (ERC-7739), and its
/// signature carries the domain, the contents' hash and the contents' type behind the 65 bytes.
/// </remarks>
internal static class OrderSignature
{
    public const int Plain = 0;
    public const int Proxy = 1;
    public const int Safe = 2;
    public const int DepositWallet = 3;

    private const string OrderText =
        "Order(uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,uint256 takerAmount,"
        + "uint8 side,uint8 signatureType,uint256 timestamp,bytes32 metadata,bytes32 builder)";

    private const string WrapperText =
        "TypedDataSign(Order contents,string name,string version,uint256 chainId,address verifyingContract,"
        + "bytes32 salt)" + OrderText;

    private static readonly byte[] OrderType = Encoding.ASCII.GetBytes(OrderText);
    private static readonly byte[] WrapperType = Encoding.ASCII.GetBytes(WrapperText);

    /// <summary>The order's id: the digest under the exchange's domain.</summary>
    public static string Id(OrderTicket order, ExchangeDomain domain)
    {
        Span<byte> contents = stackalloc byte[Keccak256.Size];
        Span<byte> digest = stackalloc byte[Keccak256.Size];
        Contents(order, contents);
        Eip712.Digest(domain.Separator, contents, digest);
        return "0x" + Convert.ToHexStringLower(digest);
    }

    /// <summary>Whose key has signed; false where the signature is none for this order under this domain.</summary>
    public static bool TryRecover(OrderTicket order, ExchangeDomain domain, out EthAddress who)
    {
        Span<byte> contents = stackalloc byte[Keccak256.Size];
        Span<byte> digest = stackalloc byte[Keccak256.Size];
        Contents(order, contents);
        if (order.SignatureType != DepositWallet)
        {
            Eip712.Digest(domain.Separator, contents, digest);
            return Secp256k1.TryRecover(digest, order.Signature, out who);
        }

        who = default;
        if (order.Signature.Length != Secp256k1.SignatureSize + (2 * Keccak256.Size) + OrderType.Length + 2)
        {
            return false;
        }

        var rest = order.Signature.AsSpan(Secp256k1.SignatureSize);
        if (!rest[..32].SequenceEqual(domain.Separator) || !rest[32..64].SequenceEqual(contents)
            || !rest[64..^2].SequenceEqual(OrderType)
            || BinaryPrimitives.ReadUInt16BigEndian(rest[^2..]) != OrderType.Length)
        {
            return false;
        }

        Span<byte> wrapped = stackalloc byte[Keccak256.Size];
        var wrapper = new Eip712Struct(WrapperType);
        wrapper.AddHash(contents);
        wrapper.Add("DepositWallet");
        wrapper.Add("1");
        wrapper.Add(ExchangeDomain.ChainId);
        wrapper.Add(order.Signer);
        wrapper.Add(default(UInt256));
        wrapper.Finish(wrapped);
        Eip712.Digest(domain.Separator, wrapped, digest);
        return Secp256k1.TryRecover(digest, order.Signature.AsSpan(0, Secp256k1.SignatureSize), out who);
    }

    private static void Contents(OrderTicket order, Span<byte> hash)
    {
        var hasher = new Eip712Struct(OrderType);
        hasher.Add(order.Salt);
        hasher.Add(order.Maker);
        hasher.Add(order.Signer);
        hasher.Add(order.Token);
        hasher.Add((ulong)order.MakerAmount);
        hasher.Add((ulong)order.TakerAmount);
        hasher.Add(order.IsBuy ? 0UL : 1UL);
        hasher.Add((ulong)order.SignatureType);
        hasher.Add(order.Timestamp);
        hasher.AddHash(order.Metadata);
        hasher.AddHash(order.Builder);
        hasher.Finish(hash);
    }
}
