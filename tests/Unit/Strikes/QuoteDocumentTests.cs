using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Strikeline.Crypto;
using Strikeline.Strikes;

namespace Strikeline.Unit.Strikes;

public sealed class QuoteDocumentTests
{
    private static readonly SignedLiveMarket Example = new StrikeBench().At(76_315.99m).Issued[2];

    [Fact]
    public void What_the_program_writes_is_valid()
    {
        var document = Read(Text(Example));
        Assert.Empty(document.Problems);
        Assert.Equal(Example.Market, document.Market);
        Assert.Equal(Example.Signer.ToArray(), document.Signer.ToArray());
    }

    [Fact]
    public void Every_bit_of_payload_and_of_signature_counts()
    {
        for (var bit = 0; bit < (QuotePayload.Size + Ed25519.SignatureSize) * 8; bit++)
        {
            var payload = Example.Payload.ToArray();
            var signature = Example.Signature.ToArray();
            var place = bit / 8;
            (place < payload.Length ? payload : signature)[place % payload.Length] ^= (byte)(1 << (bit % 8));
            var problem = Assert.Single(Read(Text(Example with { Payload = payload, Signature = signature })).Problems);
            Assert.Equal(("signature", "signature"), (problem.Code, problem.Field));
        }
    }

    [Fact]
    public void Every_bit_of_the_text_counts()
    {
        var text = Encoding.UTF8.GetBytes(Text(Example));
        var notJson = 0;
        for (var bit = 0; bit < text.Length * 8; bit++)
        {
            var changed = (byte[])text.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                using var json = JsonDocument.Parse(changed);
                Assert.True(
                    QuoteDocument.Read(json.RootElement).Problems.Count > 0, $"bit {bit}: {Encoding.UTF8.GetString(changed)}");
            }
            catch (JsonException)
            {
                notJson++;
            }
        }

        Assert.InRange(notJson, 1, (text.Length * 8) - 1);
    }

    [Theory]
    [InlineData("quote_id", "\"56475aa75463474c-00060a24181e4004\"")]
    [InlineData("symbol", "\"BTC/USD\"")]
    [InlineData("strike", "76300.00000001")]
    [InlineData("strike", "\"76300\"")]
    [InlineData("strike", "1e999")]
    [InlineData("up_price", "0.5634")]
    [InlineData("down_price", "null")]
    [InlineData("up_probability", "0.55350001")]
    [InlineData("expiry_ts", "1700000400001")]
    [InlineData("generated_at", "true")]
    [InlineData("valid_until", "[1700000162000]")]
    [InlineData("max_quantity", "\"2500\"")]
    [InlineData("nonce", "1700000000000003")]
    [InlineData("collateral", "\"USDT\"")]
    [InlineData("environment", "\"mainnet\"")]
    [InlineData("rule_id", "\"\"")]
    [InlineData("key_id", "\"56475AA75463474C\"")]
    [InlineData("bonus", "1")]
    public void A_field_that_is_not_what_is_signed_is_named(string field, string value)
    {
        var json = JsonNode.Parse(Text(Example))!;
        json["market"]![field] = JsonNode.Parse(value);
        var problem = Assert.Single(Read(json.ToJsonString()).Problems);
        Assert.Equal(("field", $"market.{field}"), (problem.Code, problem.Field));
    }

    [Fact]
    public void Every_field_must_be_there()
    {
        var whole = JsonNode.Parse(Text(Example))!;
        foreach (var field in whole["market"]!.AsObject().Select(one => one.Key).ToList())
        {
            var json = whole.DeepClone();
            Assert.True(json["market"]!.AsObject().Remove(field));
            Assert.Equal($"market.{field}", Assert.Single(Read(json.ToJsonString()).Problems).Field);
        }

        foreach (var field in (string[])["market", "signature", "signer", "payload"])
        {
            var json = whole.DeepClone();
            Assert.True(json.AsObject().Remove(field));
            var problem = Assert.Single(Read(json.ToJsonString()).Problems);
            Assert.Equal(("shape", field), (problem.Code, problem.Field));
        }
    }

    [Theory]
    [InlineData("0.5635", "0.56350")]
    [InlineData("0.5635", "5635e-4")]
    [InlineData("76300", "76300.0")]
    public void A_number_may_be_spelled_otherwise(string spelling, string other) =>
        Assert.Empty(Read(Text(Example).Replace(spelling, other, StringComparison.Ordinal)).Problems);

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"market":7,"signature":7,"signer":7,"payload":7}""")]
    [InlineData("""{"market":{"quote_id":"\ud800"},"signature":"","signer":"","payload":""}""")]
    [InlineData("""{"market":{},"signature":"\ud800","signer":"1","payload":"*"}""")]
    public void Foreign_JSON_is_a_problem_and_no_failure(string json)
    {
        var document = Read(json);
        Assert.NotEmpty(document.Problems);
        Assert.All(document.Problems, problem => Assert.Equal("shape", problem.Code));
        Assert.Null(document.Market);
    }

    [Fact]
    public void What_it_quotes_from_foreign_JSON_is_short_and_harmless_to_a_terminal()
    {
        var json = JsonNode.Parse(Text(Example))!;
        json["market"]!["quote_id"] = "\u001b[2J" + new string('x', 1_000);
        json["market"]!["symbol"] = "\u009b2J" + new string('x', 1_000);
        var document = Read(json.ToJsonString(new JsonSerializerOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }));
        Assert.All([document.ClaimedId!, .. document.Problems.Select(one => one.Detail)], text =>
        {
            Assert.DoesNotContain(text, char.IsControl);
            Assert.InRange(text.Length, 1, 120);
        });
    }

    [Fact]
    public void Signed_bytes_that_are_no_quote_or_name_another_key_are_refused()
    {
        var payload = Example.Payload.ToArray();
        payload[23] = 1;
        Assert.Equal("payload", Assert.Single(Read(Text(Signed(payload, StrikeBench.Signer))).Problems).Code);

        // Another key signs a payload that names the first key.
        using var other = new Ed25519Signer(new byte[32]);
        var problem = Assert.Single(Read(Text(Signed(Example.Payload.ToArray(), other))).Problems);
        Assert.Equal(("key_id", "market.key_id"), (problem.Code, problem.Field));
    }

    [Theory]
    [InlineData(-1_001, "not_yet")]
    [InlineData(-1_000, null)]
    [InlineData(0, null)]
    [InlineData(1_999, null)]
    [InlineData(2_000, "expired")]
    [InlineData(long.MaxValue / 2, "expired")]
    public void A_quote_holds_from_when_it_was_made_to_just_before_its_end(long afterMs, string? code) =>
        Assert.Equal(code, Read(Text(Example)).ProblemAt(Example.Market.GeneratedAtMs + afterMs)?.Code);

    private static SignedLiveMarket Signed(byte[] payload, Ed25519Signer signer)
    {
        var signature = new byte[Ed25519.SignatureSize];
        signer.Sign(payload, signature);
        return Example with { Payload = payload, Signature = signature, Signer = signer.PublicKey.ToArray() };
    }

    private static QuoteDocument Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return QuoteDocument.Read(document.RootElement);
    }

    private static string Text(SignedLiveMarket signed)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            StrikesJson.Write(writer, signed);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
