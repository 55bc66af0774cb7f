using System.Globalization;
using System.Text.Json;

namespace Strikeline.Testnet;

/// <summary>What a trader must know of a market: its grid.</summary>
/// <param name="Market">For example <c>SOL/USDC</c>.</param>
/// <param name="Base">What is traded.</param>
/// <param name="Quote">What it is paid in.</param>
/// <param name="Tick">Step of a price.</param>
/// <param name="Lot">Step of a quantity.</param>
/// <param name="MostLots">The largest order.</param>
internal sealed record MarketTerms(
    string Market, string Base, string Quote, decimal Tick, decimal Lot, long MostLots)
{
    /// <summary>The open market of that name in an answer of <c>GET /api/v1/instruments</c>; null where there is
    /// none.</summary>
    /// <exception cref="JsonException">The answer is not understood.</exception>
    public static MarketTerms? Find(JsonElement instruments, string market)
    {
        foreach (var row in ExchangeJson.Rows(instruments))
        {
            if (ExchangeJson.Text(row, "market").Equals(market, StringComparison.OrdinalIgnoreCase)
                && ExchangeJson.Text(row, "status") == "open")
            {
                var lot = ExchangeJson.Amount(row, "lot_size");
                return new MarketTerms(
                    market, ExchangeJson.Text(row, "base"), ExchangeJson.Text(row, "quote"),
                    ExchangeJson.Amount(row, "tick_size"), lot, (long)(ExchangeJson.Amount(row, "max_quantity") / lot));
            }
        }

        return null;
    }

    /// <summary>Ticks as decimal text.</summary>
    public string Price(long ticks) => (ticks * Tick).ToString(CultureInfo.InvariantCulture);

    /// <summary>Lots as decimal text.</summary>
    public string Quantity(long lots) => (lots * Lot).ToString(CultureInfo.InvariantCulture);

    /// <summary>What so many lots cost, in the quote asset.</summary>
    public decimal Value(long ticks, long lots) => ticks * Tick * (lots * Lot);
}

/// <summary>What a trader has of the two assets of its market.</summary>
internal readonly record struct Purse(decimal BaseFree, decimal BaseHeld, decimal QuoteFree, decimal QuoteHeld)
{
    /// <summary>With so much more of it held by orders.</summary>
    public Purse Holding(decimal @base, decimal quote) =>
        new(BaseFree - @base, BaseHeld + @base, QuoteFree - quote, QuoteHeld + quote);

    /// <summary>Of an answer of <c>GET /api/v1/balances</c>.</summary>
    /// <exception cref="JsonException">The answer is not understood.</exception>
    public static Purse Of(JsonElement balances, MarketTerms terms)
    {
        var purse = default(Purse);
        foreach (var row in ExchangeJson.Rows(balances))
        {
            var (free, held) = (ExchangeJson.Amount(row, "available"), ExchangeJson.Amount(row, "held"));
            var asset = ExchangeJson.Text(row, "asset");
            if (asset == terms.Base)
            {
                purse = purse with { BaseFree = free, BaseHeld = held };
            }
            else if (asset == terms.Quote)
            {
                purse = purse with { QuoteFree = free, QuoteHeld = held };
            }
        }

        return purse;
    }
}

/// <summary>Reads the exchange's answers; what is not as expected is a <see cref="JsonException"/>.</summary>
internal static class ExchangeJson
{
    public static IEnumerable<JsonElement> Rows(JsonElement array) => array.ValueKind == JsonValueKind.Array
        ? array.EnumerateArray()
        : throw new JsonException("a list was expected");

    public static JsonElement Field(JsonElement row, string name) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var field)
            ? field
            : throw new JsonException($"{name} is missing");

    public static string Text(JsonElement row, string name) =>
        Field(row, name) is { ValueKind: JsonValueKind.String } field
            ? field.GetString()!
            : throw new JsonException($"{name} is no text");

    public static decimal Amount(JsonElement row, string name) =>
        decimal.TryParse(Text(row, name), NumberStyles.Number, CultureInfo.InvariantCulture, out var amount)
            ? amount
            : throw new JsonException($"{name} is no amount");
}
