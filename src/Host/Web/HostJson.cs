using System.Text.Json.Serialization;
using Strikeline.Host.Web.Bots;
using Strikeline.Host.Web.Trading;

namespace Strikeline.Host.Web;

/// <summary>Serialisation of this room's answers, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(FeedsAnswer))]
[JsonSerializable(typeof(BooksAnswer))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(PricesAnswer))]
[JsonSerializable(typeof(MarketsAnswer))]
[JsonSerializable(typeof(Bench.FanoutReadings))]
[JsonSerializable(typeof(Bench.OrderLoadOptions))]
[JsonSerializable(typeof(Bench.OrderReadings))]
[JsonSerializable(typeof(SignedMarketRow[]))]
[JsonSerializable(typeof(HistoryAnswer))]
[JsonSerializable(typeof(KeysAnswer))]
[JsonSerializable(typeof(OrderAnswer))]
[JsonSerializable(typeof(OrdersAnswer))]
[JsonSerializable(typeof(FillsAnswer))]
[JsonSerializable(typeof(System.Text.Json.JsonElement[][]))]
[JsonSerializable(typeof(CancelledAnswer))]
[JsonSerializable(typeof(AccountRow))]
[JsonSerializable(typeof(BalanceRow[]))]
[JsonSerializable(typeof(DepthAnswer))]
[JsonSerializable(typeof(InstrumentRow[]))]
[JsonSerializable(typeof(PublicTradeRow[]))]
[JsonSerializable(typeof(TickerRow[]))]
[JsonSerializable(typeof(AccountAnswer))]
[JsonSerializable(typeof(StatusSetAnswer))]
[JsonSerializable(typeof(TickerRow))]
[JsonSerializable(typeof(PredictionsAnswer))]
[JsonSerializable(typeof(OpportunitiesAnswer))]
[JsonSerializable(typeof(IReadOnlyList<OpportunityRow>))]
[JsonSerializable(typeof(PortfolioAnswer))]
[JsonSerializable(typeof(StopAnswer))]
[JsonSerializable(typeof(ForceExitAnswer))]
[JsonSerializable(typeof(string))]
internal sealed partial class HostJson : JsonSerializerContext;
