using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Strikeline.Exchange;
using Strikeline.Kernel;

namespace Strikeline.Host.Bridges;

/// <summary>A line that asks the exchange for something. Only the fields of its type may be there.</summary>
internal sealed record ExchangeLine
{
    public required string Type { get; init; }

    public long Tag { get; init; }

    public int Account { get; init; }

    public short Instrument { get; init; }

    public Side Side { get; init; }

    public OrderKind Kind { get; init; }

    public TimeInForce Tif { get; init; }

    public SelfTrade Stp { get; init; }

    public TradingStatus Status { get; init; }

    public int Price { get; init; }

    public int StopPrice { get; init; }

    public long Quantity { get; init; }

    public long Display { get; init; }

    public long ExpiresAt { get; init; }

    public long Order { get; init; }

    public int Asset { get; init; }

    public int To { get; init; }

    public long MostOrders { get; init; }

    public long MostValue { get; init; }

    /// <summary>Up to 39 decimal digits: 128 bits.</summary>
    public string? ClientId { get; init; }

    public string? Name { get; init; }

    public int Decimals { get; init; }

    public int Number { get; init; }

    public int Base { get; init; }

    public int Quote { get; init; }

    public long BaseAtomsPerLot { get; init; }

    public long QuoteAtomsPerTickLot { get; init; }

    public int MaxPrice { get; init; }

    public long MaxQuantity { get; init; }

    public int MakerFeePpm { get; init; }

    public int TakerFeePpm { get; init; }

    public int BandPpm { get; init; }
}

/// <summary>Reading of <see cref="ExchangeLine"/>, generated at build time: nothing unknown, nothing twice.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters =
    [
        typeof(SnakeWords<Side>), typeof(SnakeWords<OrderKind>), typeof(SnakeWords<TimeInForce>),
        typeof(SnakeWords<SelfTrade>), typeof(SnakeWords<TradingStatus>),
    ],
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false, MaxDepth = 4)]
[JsonSerializable(typeof(ExchangeLine))]
internal sealed partial class ExchangeJsonContext : JsonSerializerContext;

/// <summary>The words of an enumeration in snake case, never as numbers.</summary>
internal sealed class SnakeWords<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>The exchange's commands and events as JSON, in the exchange's own units: ticks, lots and atoms.</summary>
internal static class ExchangeJson
{
    /// <summary>The command of a line; null where the line is a listing.</summary>
    /// <exception cref="FormatException">The type is not known, or a value does not fit.</exception>
    public static Command? ToCommand(ExchangeLine line)
    {
        if (line.Type is "list_asset" or "list_instrument")
        {
            return null;
        }

        var type = TypeOf(line.Type);
        var isLimits = type is CommandType.OpenAccount or CommandType.SetLimits;
        return new Command
        {
            Type = type,
            Side = line.Side,
            Kind = line.Kind,
            TimeInForce = line.Tif,
            SelfTrade = line.Stp,
            Status = line.Status,
            Instrument = line.Instrument,
            Account = line.Account,
            Price = line.Price,
            StopPrice = line.StopPrice,
            Quantity = isLimits ? line.MostValue : line.Quantity,
            Display = line.Display,
            ExpiresAtNanos = line.ExpiresAt,
            Target = type is CommandType.Amend or CommandType.AmendStop or CommandType.Cancel ? line.Order
                : isLimits ? line.MostOrders
                : line.Asset,
            Counterparty = line.To,
            ClientId = line.ClientId is null ? UInt128.Zero : ClientIdOf(line.ClientId),
        };
    }

    /// <summary>The asset of a line of type list_asset.</summary>
    public static AssetListing ToAsset(ExchangeLine line) =>
        new() { Name = ListingName.Of(line.Name ?? string.Empty), Decimals = line.Decimals };

    /// <summary>The instrument of a line of type list_instrument.</summary>
    public static InstrumentListing ToInstrument(ExchangeLine line) => InstrumentListing.Of(
        line.Number, line.Name ?? string.Empty, new SpotInstrument
        {
            BaseAsset = line.Base,
            QuoteAsset = line.Quote,
            BaseAtomsPerLot = line.BaseAtomsPerLot,
            QuoteAtomsPerTickLot = line.QuoteAtomsPerTickLot,
            MaxPrice = line.MaxPrice,
            MaxQuantity = line.MaxQuantity,
            MakerFeePpm = line.MakerFeePpm,
            TakerFeePpm = line.TakerFeePpm,
            BandPpm = line.BandPpm,
        });

    /// <summary>A command as the fields of an object.</summary>
    public static void Write(Utf8JsonWriter json, in Command command)
    {
        json.WriteString("type", Snake(command.Type));
        json.WriteNumber("at", command.AtNanos);
        json.WriteNumber("account", command.Account);
        json.WriteNumber("instrument", command.Instrument);
        if (command.Type == CommandType.Place)
        {
            json.WriteString("side", Snake(command.Side));
            json.WriteString("kind", Snake(command.Kind));
            json.WriteString("tif", Snake(command.TimeInForce));
            json.WriteString("stp", Snake(command.SelfTrade));
            json.WriteNumber("stop_price", command.StopPrice);
            json.WriteNumber("display", command.Display);
            json.WriteNumber("expires_at", command.ExpiresAtNanos);
        }
        else if (command.Type == CommandType.AmendStop)
        {
            json.WriteNumber("stop_price", command.StopPrice);
        }

        json.WriteNumber("price", command.Price);
        json.WriteNumber("quantity", command.Quantity);
        json.WriteNumber("target", command.Target);
        json.WriteNumber("to", command.Counterparty);
        json.WriteString("client_id", command.ClientId.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>An event as an object.</summary>
    public static void Write(Utf8JsonWriter json, in ExchangeEvent e)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", e.Sequence);
        json.WriteString("type", Snake(e.Type));
        if (e.Reason != ReasonCode.None)
        {
            json.WriteString("reason", Snake(e.Reason));
        }

        json.WriteNumber("order", e.Order);
        json.WriteNumber("account", e.Account);
        json.WriteNumber("instrument", e.Instrument);
        json.WriteNumber("price", e.Price);
        json.WriteNumber("quantity", e.Quantity);
        if (e.Type == EventType.Trade)
        {
            json.WriteNumber("maker", e.Maker);
            json.WriteNumber("maker_account", e.MakerAccount);
            json.WriteNumber("taker_fee", e.TakerFee);
            json.WriteNumber("maker_fee", e.MakerFee);
        }

        json.WriteEndObject();
    }

    /// <summary>A word of the exchange as JSON spells it.</summary>
    public static string Snake<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());

    private static CommandType TypeOf(string text)
    {
        foreach (var type in Enum.GetValues<CommandType>())
        {
            if (type != CommandType.None && text == Snake(type))
            {
                return type;
            }
        }

        throw new FormatException($"there is no type '{text}'");
    }

    private static UInt128 ClientIdOf(string text) =>
        UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != UInt128.Zero
            ? id
            : throw new FormatException($"client_id '{text}' is not a number from 1 to 2^128 - 1");
}
