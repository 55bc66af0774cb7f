using System.Globalization;
using System.Text.Json;
using Strikeline.Crypto;

namespace Strikeline.Testnet.Polymarket;

/// <summary>An order as it stands in a request: what is signed, and what is only said beside it.</summary>
internal sealed record OrderTicket
{
    public required UInt256 Salt { get; init; }

    public required EthAddress Maker { get; init; }

    public required EthAddress Signer { get; init; }

    public required UInt256 Token { get; init; }

    public required long MakerAmount { get; init; }

    public required long TakerAmount { get; init; }

    public required bool IsBuy { get; init; }

    public required int SignatureType { get; init; }

    public required ulong Timestamp { get; init; }

    public required byte[] Metadata { get; init; }

    public required byte[] Builder { get; init; }

    public required byte[] Signature { get; init; }

    public required long Expiration { get; init; }

    public required string Owner { get; init; }

    public required string Type { get; init; }

    public required bool PostOnly { get; init; }

    public bool IsAtOnce => Type is "FOK" or "FAK";

    /// <summary>Reads one order; null where it is malformed.</summary>
    /// <param name="body">The object of the request.</param>
    /// <param name="isOld">True for an order of the first exchange, which had a nonce and a fee in it.</param>
    public static OrderTicket? Read(JsonElement body, out bool isOld)
    {
        isOld = false;
        try
        {
            var order = body.GetProperty("order");
            isOld = order.TryGetProperty("feeRateBps", out _) && !order.TryGetProperty("timestamp", out _);
            if (isOld)
            {
                return null;
            }

            var type = body.GetProperty("orderType").GetString();
            var side = order.GetProperty("side").GetString();
            if (type is not ("GTC" or "GTD" or "FOK" or "FAK") || side is not ("BUY" or "SELL"))
            {
                return null;
            }

            return new OrderTicket
            {
                Salt = Number(order.GetProperty("salt")),
                Maker = EthAddress.Parse(order.GetProperty("maker").GetString() ?? ""),
                Signer = EthAddress.Parse(order.GetProperty("signer").GetString() ?? ""),
                Token = Number(order.GetProperty("tokenId")),
                MakerAmount = Amount(order.GetProperty("makerAmount")),
                TakerAmount = Amount(order.GetProperty("takerAmount")),
                IsBuy = side == "BUY",
                SignatureType = order.GetProperty("signatureType").GetInt32(),
                Timestamp = ulong.Parse(Text(order.GetProperty("timestamp")), NumberStyles.None),
                Metadata = Word(order, "metadata"),
                Builder = Word(order, "builder"),
                Signature = Hex(order.GetProperty("signature").GetString()),
                Expiration = order.TryGetProperty("expiration", out var ends) ? Amount(ends) : 0,
                Owner = body.GetProperty("owner").GetString() ?? "",
                Type = type,
                PostOnly = body.TryGetProperty("postOnly", out var only) && only.ValueKind == JsonValueKind.True,
            };
        }
        catch (Exception wrong) when (wrong is KeyNotFoundException or FormatException or InvalidOperationException
            or OverflowException)
        {
            return null;
        }
    }

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static UInt256 Number(JsonElement value) =>
        UInt256.TryParse(Text(value), out var number) ? number : throw new FormatException("no number");

    private static long Amount(JsonElement value) => long.Parse(Text(value), NumberStyles.None);

    private static byte[] Word(JsonElement order, string name)
    {
        var bytes = Hex(order.GetProperty(name).GetString());
        return bytes.Length == UInt256.Size ? bytes : throw new FormatException("no word");
    }

    private static byte[] Hex(string? text) =>
        text is { Length: >= 2 } && text.StartsWith("0x", StringComparison.Ordinal)
            ? Convert.FromHexString(text.AsSpan(2))
            : throw new FormatException("no bytes");
}
