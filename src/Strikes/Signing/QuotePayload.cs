using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Strikeline.Kernel;

namespace Strikeline.Strikes;

/// <summary>The canonical bytes of a quote: a fixed layout, little-endian, one encoding per quote
/// (docs/quote-format.md).</summary>
public static class QuotePayload
{
    /// <summary>Bytes of a payload.</summary>
    public const int Size = 168;

    /// <summary>The version that this program writes and reads.</summary>
    public const ushort Version = 1;

    /// <summary>The longest symbol, in characters.</summary>
    public const int SymbolSize = 16;

    /// <summary>The longest environment id, in characters.</summary>
    public const int EnvironmentSize = 16;

    /// <summary>The longest collateral name, in characters.</summary>
    public const int CollateralSize = 8;

    /// <summary>The longest rule id, in characters.</summary>
    public const int RuleSize = 24;

    private const int KeyIdSize = 8;

    private static ReadOnlySpan<byte> Domain => "STRIKELINE-QUOTE"u8;

    /// <summary>Writes the canonical bytes.</summary>
    /// <exception cref="ArgumentException">A name does not fit its field: the options that made it were not
    /// checked.</exception>
    public static void Write(LiveMarket market, Span<byte> payload)
    {
        payload = payload[..Size];
        payload.Clear();
        Domain.CopyTo(payload);
        BinaryPrimitives.WriteUInt16LittleEndian(payload[16..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(payload[18..], Size);
        payload[20] = StrikesLimits.PriceDecimals;
        payload[21] = StrikesLimits.CollateralDecimals;
        payload[22] = StrikesLimits.CollateralDecimals;
        WriteName(market.Environment, payload.Slice(24, EnvironmentSize));
        WriteName(market.Symbol.ToString(), payload.Slice(40, SymbolSize));
        WriteName(market.Collateral, payload.Slice(56, CollateralSize));
        WriteName(market.RuleId, payload.Slice(64, RuleSize));
        if (market.KeyId.Length != 2 * KeyIdSize
            || Convert.FromHexString(market.KeyId, payload.Slice(88, KeyIdSize), out _, out _) != OperationStatus.Done)
        {
            throw new ArgumentException($"the key id '{market.KeyId}' is not 16 hex digits", nameof(market));
        }

        BinaryPrimitives.WriteUInt64LittleEndian(payload[96..], market.Nonce);
        BinaryPrimitives.WriteInt64LittleEndian(payload[104..], market.StrikeE8);
        BinaryPrimitives.WriteInt64LittleEndian(payload[112..], market.SpotE8);
        BinaryPrimitives.WriteInt32LittleEndian(payload[120..], market.UpPricePpm);
        BinaryPrimitives.WriteInt32LittleEndian(payload[124..], market.DownPricePpm);
        BinaryPrimitives.WriteInt32LittleEndian(payload[128..], market.UpProbabilityPpm);
        BinaryPrimitives.WriteInt32LittleEndian(payload[132..], market.WindowSeconds);
        BinaryPrimitives.WriteInt64LittleEndian(payload[136..], market.ExpiryMs);
        BinaryPrimitives.WriteInt64LittleEndian(payload[144..], market.GeneratedAtMs);
        BinaryPrimitives.WriteInt64LittleEndian(payload[152..], market.ValidUntilMs);
        BinaryPrimitives.WriteInt64LittleEndian(payload[160..], market.MaxQuantityAtoms);
    }

    /// <summary>Reads canonical bytes.</summary>
    /// <returns>False for bytes that <see cref="Write"/> cannot have written; never throws for foreign bytes.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out LiveMarket? market)
    {
        market = null;
        if (payload.Length != Size
            || !payload.StartsWith(Domain)
            || BinaryPrimitives.ReadUInt16LittleEndian(payload[16..]) != Version
            || BinaryPrimitives.ReadUInt16LittleEndian(payload[18..]) != Size
            || payload[20] != StrikesLimits.PriceDecimals
            || payload[21] != StrikesLimits.CollateralDecimals
            || payload[22] != StrikesLimits.CollateralDecimals
            || payload[23] != 0
            || !TryReadName(payload.Slice(24, EnvironmentSize), out var environment)
            || !TryReadName(payload.Slice(40, SymbolSize), out var symbolName)
            || !Symbol.TryParse(symbolName, out var symbol)
            || symbol.ToString() != symbolName
            || !TryReadName(payload.Slice(56, CollateralSize), out var collateral)
            || !TryReadName(payload.Slice(64, RuleSize), out var rule))
        {
            return false;
        }

        var read = new LiveMarket
        {
            Environment = environment,
            Symbol = symbol,
            Collateral = collateral,
            RuleId = rule,
            KeyId = Convert.ToHexStringLower(payload.Slice(88, KeyIdSize)),
            Nonce = BinaryPrimitives.ReadUInt64LittleEndian(payload[96..]),
            StrikeE8 = BinaryPrimitives.ReadInt64LittleEndian(payload[104..]),
            SpotE8 = BinaryPrimitives.ReadInt64LittleEndian(payload[112..]),
            UpPricePpm = BinaryPrimitives.ReadInt32LittleEndian(payload[120..]),
            DownPricePpm = BinaryPrimitives.ReadInt32LittleEndian(payload[124..]),
            UpProbabilityPpm = BinaryPrimitives.ReadInt32LittleEndian(payload[128..]),
            WindowSeconds = BinaryPrimitives.ReadInt32LittleEndian(payload[132..]),
            ExpiryMs = BinaryPrimitives.ReadInt64LittleEndian(payload[136..]),
            GeneratedAtMs = BinaryPrimitives.ReadInt64LittleEndian(payload[144..]),
            ValidUntilMs = BinaryPrimitives.ReadInt64LittleEndian(payload[152..]),
            MaxQuantityAtoms = BinaryPrimitives.ReadInt64LittleEndian(payload[160..]),
        };
        market = IsSound(read) ? read : null;
        return market is not null;
    }

    /// <summary>True for a name that a field of the given size can hold: printable ASCII without spaces, not
    /// empty.</summary>
    public static bool IsName(string? name, int size) =>
        !string.IsNullOrEmpty(name) && name.Length <= size && name.All(letter => letter is > ' ' and <= '~');

    // What cannot be a quote is refused even with a good signature: a pair below one, or an order of times that no
    // maker writes.
    private static bool IsSound(LiveMarket market) =>
        market.StrikeE8 > 0
        && market.SpotE8 > 0
        && IsPrice(market.UpPricePpm)
        && IsPrice(market.DownPricePpm)
        && market.UpPricePpm + market.DownPricePpm > StrikesLimits.OnePpm
        && market.UpProbabilityPpm is >= 0 and <= StrikesLimits.OnePpm
        && market.WindowSeconds > 0
        && market.GeneratedAtMs > 0
        && market.GeneratedAtMs < market.ValidUntilMs
        && market.ValidUntilMs <= market.ExpiryMs
        && market.MaxQuantityAtoms > 0;

    private static bool IsPrice(int ppm) =>
        ppm is >= StrikesLimits.MinPricePpm and <= StrikesLimits.MaxPricePpm && ppm % StrikesLimits.TickPpm == 0;

    private static void WriteName(string name, Span<byte> field)
    {
        if (!IsName(name, field.Length))
        {
            throw new ArgumentException(
                $"'{name}' does not fit {field.Length} bytes of printable ASCII", nameof(name));
        }

        System.Text.Encoding.ASCII.GetBytes(name, field);
    }

    private static bool TryReadName(ReadOnlySpan<byte> field, out string name)
    {
        var length = field.IndexOf((byte)0);
        var text = length < 0 ? field : field[..length];
        name = System.Text.Encoding.ASCII.GetString(text);
        return text.Length > 0
            && text.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0
            && field[text.Length..].IndexOfAnyExcept((byte)0) < 0;
    }
}
