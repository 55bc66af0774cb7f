using Strikeline.Exchange;
using Strikeline.Host.Web.Trading;

namespace Strikeline.Host.Gateway;

/// <summary>Makes accounts.</summary>
internal static class Accounts
{
    /// <summary>True for what an account or a key can be called.</summary>
    public static bool IsName(string name) =>
        name.Length > 0 && name.Length <= ListingName.MaxLength && name.All(letter => letter is >= '!' and <= '~');

    /// <summary>Opens an account with a key that may read and trade.</summary>
    /// <param name="desk">The exchange.</param>
    /// <param name="name">What people call it.</param>
    /// <exception cref="UserError">The exchange has refused it.</exception>
    /// <exception cref="ExchangeUnavailableException">It has not taken it.</exception>
    public static async Task<AccountAnswer> OpenAsync(ExchangeDesk desk, string name)
    {
        var opened = await desk.RunAsync(new Command { Type = CommandType.OpenAccount });
        Require(opened);
        var account = opened.First.Account;
        var secret = KeyDirectory.NewSecret();
        Require(await desk.RunAsync(new KeyListing
        {
            Account = account, Scopes = KeyScopes.Read | KeyScopes.Trade, Name = ListingName.Of(name),
            Hash = KeyDirectory.HashOf(secret),
        }));
        return new AccountAnswer(account, secret);
    }

    /// <summary>Credits an account from outside.</summary>
    /// <exception cref="UserError">The exchange has refused it.</exception>
    /// <exception cref="ExchangeUnavailableException">It has not taken it.</exception>
    public static async Task CreditAsync(ExchangeDesk desk, int account, SpotAsset asset, long atoms) =>
        Require(await desk.RunAsync(new Command
        {
            Type = CommandType.Deposit, Account = account, Target = asset.Number, Quantity = atoms,
        }));

    private static void Require(Outcome outcome)
    {
        if (outcome.Rejected != ReasonCode.None)
        {
            throw new UserError($"the exchange has refused it: {TradingRows.Word(outcome.Rejected).Replace('_', ' ')}");
        }
    }
}
