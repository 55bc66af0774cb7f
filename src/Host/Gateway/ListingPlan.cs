using Strikeline.Exchange;

namespace Strikeline.Host.Gateway;

/// <summary>An asset that the exchange shall have.</summary>
internal sealed record PlannedAsset(string Name, int Decimals);

/// <summary>A market that the exchange shall have, in decimal text.</summary>
internal sealed record PlannedMarket(
    string Base, string Quote, string Tick, string Lot, string MaxPrice, string MaxQuantity, int MakerFeePpm,
    int TakerFeePpm, int BandPpm);

/// <summary>What the exchange shall have: whatever of it is missing is listed at the start.</summary>
internal sealed record ListingPlan(IReadOnlyList<PlannedAsset> Assets, IReadOnlyList<PlannedMarket> Markets)
{
    /// <summary>Lists what is missing, and changes fees, bounds and bands to what they shall be.</summary>
    /// <exception cref="UserError">The plan is impossible, or does not go with what is listed.</exception>
    public async Task ListAsync(ExchangeDesk desk)
    {
        foreach (var asset in Assets)
        {
            if (desk.Assets.FirstOrDefault(known => known.Name == asset.Name) is { } known)
            {
                Require(
                    known.Decimals == asset.Decimals,
                    $"{asset.Name} is listed with {known.Decimals} decimals, which cannot change");
                continue;
            }

            var outcome = await desk.RunAsync(new AssetListing
            {
                Name = ListingName.Of(asset.Name), Decimals = asset.Decimals,
            });
            Require(outcome.Rejected == ReasonCode.None, $"{asset.Name} with {asset.Decimals} decimals cannot be");
        }

        foreach (var market in Markets)
        {
            await ListAsync(desk, market);
        }
    }

    private static async Task ListAsync(ExchangeDesk desk, PlannedMarket market)
    {
        var name = $"{market.Base}/{market.Quote}";
        var (@base, quote) = (Asset(desk, market.Base), Asset(desk, market.Quote));
        Require(@base is not null && quote is not null, $"{name} has an asset that is not listed");
        var (terms, problem) = SpotMarket.TermsOf(
            @base!, quote!, market.Tick, market.Lot, market.MaxPrice, market.MaxQuantity);
        Require(terms is not null, $"{name}: {problem}");
        terms = terms! with
        {
            MakerFeePpm = market.MakerFeePpm, TakerFeePpm = market.TakerFeePpm, BandPpm = market.BandPpm,
        };
        Require(terms.Problem(desk.Assets.Count) is null, $"{name}: {terms.Problem(desk.Assets.Count)}");
        var known = desk.Market(name);
        if (known?.Spot.Terms == terms)
        {
            return;
        }

        var number = known?.Spot.Number ?? (short)desk.Markets.Count;
        var outcome = await desk.RunAsync(InstrumentListing.Of(number, name, terms));
        Require(
            outcome.Rejected == ReasonCode.None,
            $"{name} is listed with another tick, lot or highest price, which cannot change");
    }

    private static SpotAsset? Asset(ExchangeDesk desk, string name) =>
        desk.Assets.FirstOrDefault(asset => asset.Name == name);

    private static void Require(bool isSo, string problem)
    {
        if (!isSo)
        {
            throw new UserError("exchange: " + problem);
        }
    }
}
