using System.Text;
using System.Text.Json;
using Strikeline.Crypto;
using Strikeline.Strikes;

namespace Strikeline.Unit.Strikes;

public sealed class QuotePayloadTests
{
    private static readonly SignedLiveMarket Example = new StrikeBench().At(76_315.99m).Issued[2];

    [Fact]
    public void The_worked_example_of_the_documents_is_what_the_program_signs()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "FloorPlan.props")))
        {
            at = at.Parent!;
        }

        var blocks = File.ReadAllText(Path.Combine(at.FullName, "docs", "quote-format.md"))
            .Split("## Worked example")[1].Split("```");
        Assert.Equal(Convert.ToHexStringLower(Example.Payload.Span), Squeeze(blocks[1]));
        Assert.Equal(Convert.ToHexStringLower(Example.Signature.Span), Squeeze(blocks[3]));
        Assert.Equal(Json(), Squeeze(blocks[5]["json".Length..]));

        static string Squeeze(string block) => string.Concat(block.Where(letter => !char.IsWhiteSpace(letter)));
    }

    [Fact]
    public void Every_single_bit_of_payload_and_signature_counts()
    {
        for (var bit = 0; bit < (QuotePayload.Size + Ed25519.SignatureSize) * 8; bit++)
        {
            var payload = Example.Payload.ToArray();
            var signature = Example.Signature.ToArray();
            var place = bit / 8;
            var target = place < payload.Length ? payload : signature;
            target[place < payload.Length ? place : place - payload.Length] ^= (byte)(1 << (bit % 8));
            Assert.False(QuoteVerification.TryVerify(payload, signature, Example.Signer.Span, out _), $"bit {bit}");
        }

        Assert.True(QuoteVerification.TryVerify(
            Example.Payload.Span, Example.Signature.Span, Example.Signer.Span, out _));
    }

    [Fact]
    public void A_good_signature_by_a_key_that_the_payload_does_not_name_is_refused()
    {
        using var other = new Ed25519Signer(new byte[32]);
        var signature = new byte[64];
        other.Sign(Example.Payload.Span, signature);
        Assert.True(Ed25519.Verify(other.PublicKey, Example.Payload.Span, signature));
        Assert.False(QuoteVerification.TryVerify(Example.Payload.Span, signature, other.PublicKey, out _));
    }

    [Fact]
    public void Foreign_bytes_are_refused_without_an_exception()
    {
        var random = new Random(23);
        for (var i = 0; i < Counts.Of(1_000_000, 20_000); i++)
        {
            var payload = Example.Payload.ToArray();
            for (var hits = random.Next(1, 4); hits > 0; hits--)
            {
                payload[random.Next(payload.Length)] = (byte)random.Next(256);
            }

            if (QuotePayload.TryRead(payload, out var market))
            {
                // One encoding per quote: what can be read is written again as the same bytes.
                var again = new byte[QuotePayload.Size];
                QuotePayload.Write(market, again);
                Assert.Equal(payload, again);
            }
        }

        Assert.False(QuotePayload.TryRead(Example.Payload.Span[1..], out _));
        Assert.False(QuotePayload.TryRead([], out _));
        Assert.False(QuotePayload.TryRead([.. Example.Payload.ToArray(), 0], out _));
    }

    [Fact]
    public void Impossible_terms_are_refused_in_one_line()
    {
        Assert.Null(new QuoteTerms("testnet").Problem());
        Assert.Contains("environment", new QuoteTerms("").Problem()!, StringComparison.Ordinal);
        Assert.Contains("environment", new QuoteTerms("a place").Problem()!, StringComparison.Ordinal);
        Assert.Contains("collateral", new QuoteTerms("testnet", "NINECHARS").Problem()!, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new QuoteIssuer(new QuoteTerms(""), StrikeBench.Signer, 0));
    }

    [Fact]
    public void A_ladder_has_the_published_shape()
    {
        var bench = new StrikeBench(StrikeBench.Series with { OpenExpiries = 1, StrikesEachSide = 0 });
        Assert.Equal(
            """{"symbol":"BTC/USDT","at":0,"spot":null,"reason":"WAITING nothing received yet","markets":[]}""",
            Text(writer => StrikesJson.Write(writer, bench.Current)));
        bench.At(76_315.99m);
        var one = Text(writer => StrikesJson.Write(writer, bench.Issued[0]));
        Assert.Equal(
            $$"""{"symbol":"BTC/USDT","at":1700000160000,"spot":76315.99,"reason":null,"markets":[{{one}}]}""",
            Text(writer => StrikesJson.Write(writer, bench.Current)));
        using var json = JsonDocument.Parse(one);
        Assert.Equal(Base58.Encode(StrikeBench.Signer.PublicKey), json.RootElement.GetProperty("signer").GetString());
        Assert.Equal(bench.Issued[0].Payload.ToArray(), json.RootElement.GetProperty("payload").GetBytesFromBase64());
    }

    private static string Json() => Text(writer => StrikesJson.Write(writer, Example));

    private static string Text(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
