namespace Strikeline.Unit.Kernel;

public sealed class SymbolTests
{
    [Theory]
    [InlineData("BTC/USDT", "BTC", "USDT")]
    [InlineData("btc-usdt", "BTC", "USDT")]
    [InlineData("BtcUsdt", "BTC", "USDT")]
    [InlineData("BTCUSD", "BTC", "USD")]
    [InlineData("USDTUSD", "USDT", "USD")]
    [InlineData("USDCUSD", "USDC", "USD")]
    [InlineData("USDCUSDT", "USDC", "USDT")]
    [InlineData("USDTUSDC", "USDT", "USDC")]
    [InlineData("TUSDUSDT", "TUSD", "USDT")]
    [InlineData("BTCTUSD", "BTC", "TUSD")]
    [InlineData("USDTRY", "USD", "TRY")]
    [InlineData("ETHBTC", "ETH", "BTC")]
    [InlineData("BTCFDUSD", "BTC", "FDUSD")]
    [InlineData("1INCHUSDT", "1INCH", "USDT")]
    [InlineData("SKL-GBP", "SKL", "GBP")]
    [InlineData("AAA/BBB", "AAA", "BBB")]
    public void Every_spelling_is_read(string text, string @base, string quote)
    {
        Assert.True(Symbol.TryParse(text, out var symbol));
        Assert.Equal((@base, quote), (symbol.Base, symbol.Quote));
        Assert.Equal($"{@base}/{quote}", symbol.ToString());
        Assert.Equal(@base + quote, symbol.Compact);
        Assert.Equal(symbol, Symbol.Parse(symbol.ToString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("BTC/")]
    [InlineData("/USDT")]
    [InlineData("USDT")]
    [InlineData("BTC")]
    [InlineData("BTC/USD/T")]
    [InlineData("BTC USDT")]
    [InlineData("BTC/USDT ")]
    [InlineData("BTC/ÜSD")]
    [InlineData("BTC\0USDT")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZUSDT")]
    public void What_is_no_pair_is_refused(string? text) => Assert.False(Symbol.TryParse(text, out _));

    [Fact]
    public void Parse_names_what_it_refuses()
    {
        var fault = Assert.Throws<FormatException>(() => Symbol.Parse("what?"));
        Assert.Contains("'what?'", fault.Message, StringComparison.Ordinal);
    }
}
