using System.Text;
using Strikeline.Exchange;
using Strikeline.Host.Bots;
using Strikeline.Host.Web.Trading;
using Strikeline.Trading;

namespace Strikeline.Host.Web.Bots;

/// <summary>The bots over HTTP: what they see, what they hold, and their stop.</summary>
internal sealed class BotRoutes(IBotDesk bots)
{
    private const int MostRows = 1_000;

    /// <summary>Adds the routes.</summary>
    public static void Map(WebApplication app, IBotDesk bots)
    {
        var routes = new BotRoutes(bots);
        app.MapGet("/api/v1/predictions", () => Results.Json(
                bots.Predictions(), HostJson.Default.PredictionsAnswer))
            .Public()
            .Produces<PredictionsAnswer>()
            .WithSummary("Prediction venues and their markets: best prices of both outcomes, proven or not.");
        app.MapGet("/api/v1/opportunities", routes.Opportunities)
            .Reads(KeyScopes.Bots)
            .Produces<IReadOnlyList<OpportunityRow>>()
            .WithSummary("Edges that were looked at, newest first, taken or refused and why; limit is 1 to 1000.");
        app.MapGet("/api/v1/portfolio", () => Results.Json(bots.Portfolio(), HostJson.Default.PortfolioAnswer))
            .Reads(KeyScopes.Bots)
            .Produces<PortfolioAnswer>()
            .WithSummary("May the bots trade and why not, limits, positions, profit, plans.");
        app.MapGet("/api/v1/export/opportunities.csv", () => Csv(bots.OpportunitiesCsv()))
            .Reads(KeyScopes.Bots)
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .WithSummary("The newest opportunities as CSV.");
        app.MapGet("/api/v1/export/portfolio.csv", TradingRoutes.Route(routes.PortfolioCsvAsync))
            .Reads(KeyScopes.Bots)
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("The bots' fills, merges and payouts as CSV.");
        app.MapPost("/api/force-exit", TradingRoutes.Route(routes.ForceExitAsync))
            .Changes(KeyScopes.Bots)
            .Produces<ForceExitAnswer>()
            .WithSummary(
                "Sells what the plans hold, of one market or of all; under halt_all it waits for the stop.");
        app.MapPost("/api/emergency-stop", TradingRoutes.Route(routes.StopAsync))
            .Cancels(KeyScopes.Bots)
            .Produces<StopAnswer>()
            .WithSummary("Stops the bots at once; scope is new_exposure (default) or halt_all, reason is free text.");
        app.MapPost("/api/emergency-stop/clear", TradingRoutes.Route(routes.ClearAsync))
            .Changes(KeyScopes.Bots)
            .Produces<StopAnswer>()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary(
                "Lets the bots trade again after a stop; count names the stop that is meant: 409 where a newer holds.");
    }

    private static IResult Csv(string text) => Results.Text(text, "text/csv", Encoding.UTF8);

    private IResult Opportunities(HttpContext context)
    {
        var limit = 100L;
        var (fields, mistake) = BodyFields.Read(context.Request.Query, "limit");
        mistake ??= OrderFields.Whole(fields!, "limit", 1, MostRows, ref limit);
        return mistake?.ToResult()
            ?? Results.Json(bots.OpportunityRows((int)limit), HostJson.Default.IReadOnlyListOpportunityRow);
    }

    private async Task<IResult> PortfolioCsvAsync(HttpContext context)
    {
        try
        {
            return Csv(await bots.PortfolioCsvAsync(context.RequestAborted));
        }
        catch (PortfolioStoreException)
        {
            return Problems.Of(
                StatusCodes.Status503ServiceUnavailable, "store_unavailable", "the portfolio's store is away",
                "try again later; trading goes on");
        }
    }

    private Task<IResult> ForceExitAsync(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(Body(context), "market");
        return Task.FromResult(mistake?.ToResult() ?? Results.Json(
            new ForceExitAnswer(bots.ForceExit(fields!["market"] is null ? null : fields.TextOf("market"))),
            HostJson.Default.ForceExitAnswer));
    }

    private Task<IResult> StopAsync(HttpContext context)
    {
        var (fields, mistake) = BodyFields.Read(Body(context), "scope", "reason");
        if (mistake is not null)
        {
            return Task.FromResult(mistake.ToResult());
        }

        var (scope, reason) = (fields!.TextOf("scope"), fields.TextOf("reason"));
        if (fields["scope"] is not null && scope is not ("new_exposure" or "halt_all"))
        {
            return Task.FromResult(Mistake.Bad(
                "invalid_scope", "scope is no scope of a stop", "new_exposure and halt_all are allowed").ToResult());
        }

        return Task.FromResult(Answer(bots.Stop(scope == "halt_all", "api", reason)));
    }

    private Task<IResult> ClearAsync(HttpContext context)
    {
        var count = -1L;
        var (fields, mistake) = BodyFields.Read(Body(context), "count");
        mistake ??= OrderFields.Whole(fields!, "count", 0, long.MaxValue, ref count);
        if (mistake is not null)
        {
            return Task.FromResult(mistake.ToResult());
        }

        // Whoever is told that the bots trade again must be able to rely on it.
        if (bots.Resume("api", count < 0 ? null : count) is { } problem)
        {
            return Task.FromResult(problem.IsNewer
                ? Problems.Of(
                    StatusCodes.Status409Conflict, "newer_stop", problem.Text,
                    "GET /api/v1/portfolio tells the stop that holds and its count")
                : Problems.Of(
                    StatusCodes.Status503ServiceUnavailable, "stop_stays", problem.Text, "then clear it again"));
        }

        var state = bots.StopState;
        return Task.FromResult(Answer(new StopAnswer(state.Stopped, state.Count, state.Since, state.Scope)));
    }

    // A stop must not fail for want of a body.
    private static ReadOnlyMemory<byte> Body(HttpContext context) =>
        Access.BodyOf(context) is { Length: > 0 } body ? body : "{}"u8.ToArray();

    private static IResult Answer(StopAnswer answer) => Results.Json(answer, HostJson.Default.StopAnswer);
}
