using System.Diagnostics.CodeAnalysis;

namespace Strikeline.Kernel;

/// <summary>A traded pair, printed <c>BASE/QUOTE</c> in upper case.</summary>
/// <param name="Base">The asset that is bought and sold, for example <c>BTC</c>.</param>
/// <param name="Quote">The asset in which it is priced, for example <c>USDT</c>.</param>
public sealed record Symbol(string Base, string Quote)
{
    private const int MaxLength = 40;

    // Longest first: BTCUSDT must split before USDT's own last letters are tried as a currency.
    private static readonly string[] KnownQuotes =
    [
        "FDUSD", "USDT", "USDC", "BUSD", "TUSD", "IDRT", "BIDR", "BVND", "USD", "EUR", "GBP", "TRY", "RUB", "AUD",
        "BRL", "UAH", "NGN", "ZAR", "PLN", "RON", "ARS", "MXN", "JPY", "CHF", "CAD", "DAI", "PAX", "VAI", "BTC", "ETH",
        "BNB", "TRX", "XRP", "DOT", "SOL",
    ];

    /// <summary>The symbol without a separator, as most venues write it: <c>BTCUSDT</c>.</summary>
    public string Compact { get; } = Base + Quote;

    /// <summary>Reads <c>BTC/USDT</c>, <c>btc-usdt</c> or <c>BTCUSDT</c>.</summary>
    /// <returns>False where the text is empty, too long, has other characters, or cannot be split into two
    /// assets.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Symbol? symbol)
    {
        symbol = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            return false;
        }

        var upper = text.ToUpperInvariant();
        var separator = upper.IndexOfAny(['/', '-']);
        if (separator >= 0)
        {
            return TryMake(upper[..separator], upper[(separator + 1)..], out symbol);
        }

        string? split = null;
        foreach (var quote in KnownQuotes)
        {
            if (upper.Length > quote.Length && upper.EndsWith(quote, StringComparison.Ordinal))
            {
                // USDTUSD is USDT/USD and not USD/TUSD: of two currencies on both sides the longer base counts.
                split = split is null || KnownQuotes.Contains(upper[..^quote.Length]) ? quote : split;
            }
        }

        return split is not null && TryMake(upper[..^split.Length], split, out symbol);
    }

    /// <summary>As <see cref="TryParse"/>, for text that the program itself holds.</summary>
    /// <exception cref="FormatException">The text is no symbol.</exception>
    public static Symbol Parse(string text) =>
        TryParse(text, out var symbol) ? symbol : throw new FormatException($"'{text}' is no symbol such as BTC/USDT");

    /// <inheritdoc/>
    public override string ToString() => $"{Base}/{Quote}";

    private static bool TryMake(string @base, string quote, [NotNullWhen(true)] out Symbol? symbol)
    {
        symbol = IsAsset(@base) && IsAsset(quote) ? new Symbol(@base, quote) : null;
        return symbol is not null;
    }

    private static bool IsAsset(string asset) => asset.Length is > 0 and <= 20 && asset.All(char.IsAsciiLetterOrDigit);
}
