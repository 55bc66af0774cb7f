using System.Text;

namespace Strikeline.SystemTests.Trading;

/// <summary>Whatever is not exactly a request is refused with a stable code, and changes nothing.</summary>
public sealed class InputTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private const string Nines = "99999999999999999999999999999999999999";

    private static readonly (string Fields, string Code)[] Orders =
    [
        ("", "malformed_body"), ("{", "malformed_body"), ("[]", "malformed_body"), ("null", "malformed_body"),
        ("5", "malformed_body"), ("\"x\"", "malformed_body"), ("{}{}", "malformed_body"), ("{\"a\":}", "malformed_body"),
        ("\u00ef\u00bb\u00bf{}", "malformed_body"), ("{'market':1}", "malformed_body"), ("{\"market\":\"\\ud800\"}", "malformed_body"),
        ("{\"market\":{\"a\":1}}", "malformed_body"), ("{\"market\":[1]}", "malformed_body"), ("{market:1}", "malformed_body"),
        ("{\"market\":NaN}", "malformed_body"), ("{\"market\":Infinity}", "malformed_body"), ("{/**/}", "malformed_body"),
        ("{}", "missing_field"), ("{\"side\":\"buy\"}", "unknown_field"), ("{\"Market\":\"SOL/USDC\"}", "unknown_field"),
        ("{\"market\":\"SOL/USDC\",\"market\":\"SOL/USDC\"}", "duplicate_field"),
        ("{\"price\":null,\"price\":\"1\"}", "duplicate_field"), ("{\"price\":\"1\",\"\\u0070rice\":\"2\"}", "duplicate_field"),
        ("*market=\"no/pe\"", "unknown_market"), ("*market=\"\"", "unknown_market"), ("*market=true", "unknown_market"),
        ("*market=7", "unknown_market"), ("*market=null", "missing_field"), ("*market=\"SOL/USDC/ETH\"", "unknown_market"),
        ("*kind=\"hold\"", "invalid_parameter"), ("*kind=1", "invalid_parameter"), ("*kind=null", "missing_field"),
        ("*kind=\"BUY\"", "invalid_parameter"), ("*type=\"magic\"", "invalid_parameter"), ("*type=true", "invalid_parameter"),
        ("*price=\"0\"", "invalid_price"), ("*price=0", "invalid_price"), ("*price=-0.0", "invalid_price"),
        ("*price=\"-1\"", "invalid_price"), ("*price=\"1.001\"", "invalid_price"), ("*price=1e400", "invalid_price"),
        ("*price=1e-400", "invalid_price"), ("*price=1e18", "invalid_price"), ("*price=" + Nines, "invalid_price"),
        ("*price=\"1000000.01\"", "invalid_price"), ("*price=true", "invalid_price"), ("*price=\"\"", "invalid_price"),
        ("*price=\" 1\"", "invalid_price"), ("*price=\"1,0\"", "invalid_price"), ("*price=\"0x10\"", "invalid_price"),
        ("*price=\"NaN\"", "invalid_price"), ("*price=\"\\u0661\"", "invalid_price"), ("*price=\"1\\u0000\"", "invalid_price"),
        ("*price=\"+1\"", "invalid_price"), ("*price=\"1.\"", "invalid_price"), ("*price=\"1e\"", "invalid_price"),
        ("*price=null", "missing_field"), ("*quantity=null", "missing_field"), ("*quantity=0", "invalid_quantity"),
        ("*quantity=-1", "invalid_quantity"), ("*quantity=\"0.0001\"", "invalid_quantity"),
        ("*quantity=1e400", "invalid_quantity"), ("*quantity=" + Nines, "invalid_quantity"),
        ("*quantity=\"9223372036854775807\"", "invalid_quantity"), ("*quantity=\"100000.001\"", "quantity_out_of_range"),
        ("*quantity=\"9000000000\"", "quantity_out_of_range"), ("*quantity=false", "invalid_quantity"),
        ("*tif=\"day\"", "invalid_parameter"), ("*tif=\"gtd\"", "contradiction"), ("*expires_at=0", "invalid_parameter"),
        ("*expires_at=1", "expiry_in_past"), ("*expires_at=-1", "invalid_parameter"), ("*expires_at=1e400", "invalid_parameter"),
        ("*expires_at=9223372036854775807", "invalid_parameter"), ("*expires_at=1.5", "invalid_parameter"),
        ("*post_only=\"true\"", "invalid_parameter"), ("*post_only=1", "invalid_parameter"),
        ("*stop_price=\"1\"", "contradiction"), ("*quote_quantity=\"1\"", "missing_field"),
        ("*display_quantity=\"0\"", "invalid_display_quantity"), ("*display_quantity=\"0.0001\"", "invalid_display_quantity"),
        ("*stp=\"none\"", "invalid_parameter"), ("*client_id=\"\"", "invalid_client_id"), ("*client_id=true", "invalid_client_id"),
        ("*client_id=\"with space\"", "invalid_client_id"), ("*client_id=\"0123456789012345678901\"", "invalid_client_id"),
        ("*client_id=1.5", "invalid_client_id"), ("*client_id=\"\\ud83d\\ude00\"", "invalid_client_id"),
        ("*client_id=\"00000000-0000-0000-0000-000000000000\"", "invalid_client_id"),
        ("*order_id=\"1\"", "unknown_field"), ("*account=0", "unknown_field"),
    ];

    [Fact]
    public async Task An_order_that_is_not_exactly_one_is_refused_with_its_code_on_both_ways_in()
    {
        var service = fixture.Service;
        var trader = await service.OpenTraderAsync("strict", ("USDC", 1_000_000_000), ("SOL", 1_000));
        using var socket = await TradingSocket.OpenAsync(service.Address, trader.Key);
        var before = await trader.StateAsync();
        foreach (var (fields, code) in Orders)
        {
            var body = fields.StartsWith('*') ? With(fields[1..]) : fields;
            var answer = await service.SendAsync("POST", "api/v1/order", Encoding.Latin1.GetBytes(body), trader.Key);
            Assert.True(answer.Code == code && answer.Status is >= 400 and < 500, $"{body}: {answer.Status} {answer.Text}");
            Assert.Contains("application/problem+json", answer.Headers);
            if (code is not "malformed_body")
            {
                await socket.SayTextAsync($$$"""{"op":"order.place","id":1,"order":{{{body}}}}""");
                Assert.Equal(code, (await socket.NextAsync("reply")).GetProperty("code").GetString());
            }
        }

        Assert.Equal(before, await trader.StateAsync());
        Assert.Equal(200, (await service.SendAsync("POST", "api/v1/order", With("price=\"1\""), trader.Key)).Status);
    }

    [Fact]
    public async Task What_is_too_deep_or_too_large_is_refused()
    {
        var service = fixture.Service;
        var trader = await service.OpenTraderAsync("large", ("USDC", 1_000));
        var before = await trader.StateAsync();
        foreach (var (size, status, code) in new[]
        {
            (4_097, 413, "body_too_large"), (16_000, 413, "body_too_large"), (17 * 1024, 413, "malformed_request"),
            (1 << 20, 413, "malformed_request"),
        })
        {
            var answer = await service.SendAsync("POST", "api/v1/order", With($"stp=\"{new string('x', size)}\""), trader.Key);
            Assert.True((answer.Status, answer.Code) == (status, code), $"{size}: {answer.Status} {answer.Text}");
        }

        foreach (var depth in (int[])[2, 16, 64, 65, 1_000])
        {
            foreach (var (open, close) in new[] { ("[", "]"), ("{\"market\":", "}") })
            {
                var nested = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
                var answer = await service.SendAsync("POST", "api/v1/order", nested.Length > 4_096 ? nested[..4_096] : nested, trader.Key);
                Assert.Equal((400, "malformed_body"), (answer.Status, answer.Code));
            }
        }

        Assert.Equal(before, await trader.StateAsync());
    }

    [Theory]
    [InlineData("PATCH", "api/v1/order", """{"market":"SOL/USDC"}""", "missing_field")]
    [InlineData("PATCH", "api/v1/order", """{"market":"SOL/USDC","order_id":"1"}""", "missing_field")]
    [InlineData("PATCH", "api/v1/order", """{"market":"SOL/USDC","order_id":"0","price":"1"}""", "invalid_parameter")]
    [InlineData("PATCH", "api/v1/order", """{"market":"SOL/USDC","order_id":"1","client_id":"a","price":"1"}""", "missing_field")]
    [InlineData("PATCH", "api/v1/order", """{"market":"SOL/USDC","order_id":"1","price":"1.001"}""", "invalid_price")]
    [InlineData("PATCH", "api/v1/order", """{"market":"SOL/USDC","order_id":"1","stop_price":"0"}""", "invalid_stop_price")]
    [InlineData("PATCH", "api/v1/order", """{"market":"SOL/USDC","order_id":"1","stop_price":"1.001"}""", "invalid_stop_price")]
    [InlineData("PATCH", "api/v1/order", """{"market":"SOL/USDC","order_id":"1","stop_price":"1"}""", "unknown_order")]
    [InlineData("PATCH", "api/v1/order", """{"market":"SOL/USDC","order_id":"1","price":"1"}""", "unknown_order")]
    [InlineData("PATCH", "api/v1/order", """{"market":"SOL/USDC","order_id":1e400,"price":"1"}""", "invalid_parameter")]
    [InlineData("DELETE", "api/v1/order", """{"market":"SOL/USDC"}""", "missing_field")]
    [InlineData("DELETE", "api/v1/order", """{"market":"SOL/USDC","order_id":"-1"}""", "invalid_parameter")]
    [InlineData("DELETE", "api/v1/order?market=SOL/USDC&order_id=77", null, "unknown_order")]
    [InlineData("DELETE", "api/v1/order?market=SOL/USDC&order_id=1&order_id=2", null, "duplicate_field")]
    [InlineData("DELETE", "api/v1/order?market=SOL/USDC&id=1", null, "unknown_field")]
    [InlineData("DELETE", "api/v1/order", null, "missing_field")]
    [InlineData("DELETE", "api/v1/orders?market=nope", null, "unknown_market")]
    [InlineData("DELETE", "api/v1/orders?all=1", null, "unknown_field")]
    [InlineData("GET", "api/v1/depth", null, "missing_field")]
    [InlineData("GET", "api/v1/depth?market=SOL/USDC&limit=0", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/depth?market=SOL/USDC&limit=5001", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/depth?market=SOL/USDC&limit=1e1", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/depth?market=SOL/USDC&market=SOL/USDC", null, "duplicate_field")]
    [InlineData("GET", "api/v1/trades?market=SOL/USDC&limit=-1", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/tickers?market=%00", null, "unknown_market")]
    [InlineData("GET", "api/v1/orders?market=nope", null, "unknown_market")]
    [InlineData("GET", "api/v1/klines?market=SOL/USDC&to=18000000000000", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/klines?market=SOL/USDC&from=9223372036854775807", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/orders/history?from=9223372036855", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/fills?to=-1", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/fills?limit=9223372036854775807", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/fills?before=9223372036854775808", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/export/fills.csv?to=18000000000000", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/export/fills.csv?market=nope", null, "unknown_market")]
    [InlineData("GET", "api/v1/export/orders.csv?from=1.5", null, "invalid_parameter")]
    [InlineData("GET", "api/v1/export/orders.csv?limit=5", null, "unknown_field")]
    public async Task Other_requests_about_orders_are_as_strict(string method, string path, string? body, string code)
    {
        var trader = await fixture.Service.OpenTraderAsync("other", ("USDC", 1_000));
        await trader.LimitAsync("buy", "1", "1");
        var before = await trader.StateAsync();
        var answer = await fixture.Service.SendAsync(method, path, body, trader.Key);
        Assert.True(answer.Code == code && answer.Status is >= 400 and < 500, $"{answer.Status} {answer.Text}");
        Assert.Equal(before, await trader.StateAsync());
    }

    [Theory]
    [InlineData("accounts", """{}""", "invalid_name")]
    [InlineData("accounts", """{"name":true}""", "invalid_name")]
    [InlineData("accounts", """{"name":7}""", "invalid_name")]
    [InlineData("accounts", """{"name":"two words"}""", "invalid_name")]
    [InlineData("accounts", """{"name":"a23456789012345678901234567890"}""", "invalid_name")]
    [InlineData("accounts", """{"name":"a","name":"b"}""", "duplicate_field")]
    [InlineData("deposits", """{"asset":"USDC","amount":"1"}""", "missing_field")]
    [InlineData("deposits", """{"account":1,"asset":"XXX","amount":"1"}""", "unknown_asset")]
    [InlineData("deposits", """{"account":1,"amount":"1"}""", "unknown_asset")]
    [InlineData("deposits", """{"account":1,"asset":"USDC","amount":"0"}""", "invalid_amount")]
    [InlineData("deposits", """{"account":1,"asset":"USDC","amount":"-1"}""", "invalid_amount")]
    [InlineData("deposits", """{"account":1,"asset":"USDC","amount":1e400}""", "invalid_amount")]
    [InlineData("deposits", """{"account":1,"asset":"USDC","amount":"0.0000001"}""", "invalid_amount")]
    [InlineData("deposits", """{"account":1,"asset":"USDC","amount":"9999999999999999999999"}""", "invalid_amount")]
    [InlineData("deposits", """{"account":2147483647,"asset":"USDC","amount":"1"}""", "unknown_account")]
    [InlineData("deposits", """{"account":2147483648,"asset":"USDC","amount":"1"}""", "invalid_parameter")]
    [InlineData("deposits", """{"account":-1,"asset":"USDC","amount":"1"}""", "invalid_parameter")]
    [InlineData("withdrawals", """{"account":1,"asset":"USDC","amount":"9000000000"}""", "insufficient_funds")]
    [InlineData("withdrawals", """{"asset":"USDC","amount":"1"}""", "missing_field")]
    [InlineData("keys", """{"account":1}""", "invalid_name")]
    [InlineData("keys", """{"name":"a"}""", "invalid_name")]
    [InlineData("keys", """{"account":1,"name":"a","scopes":"root"}""", "contradiction")]
    [InlineData("keys", """{"account":1,"name":"a","scopes":""}""", "contradiction")]
    [InlineData("keys", """{"account":1,"name":"a","scopes":7}""", "contradiction")]
    [InlineData("keys", """{"account":1000000,"name":"a"}""", "unknown_account")]
    [InlineData("keys", """{"account":1,"name":"a","public_key":"AAAA"}""", "invalid_public_key")]
    [InlineData("keys", """{"account":1,"name":"a","public_key":true}""", "invalid_public_key")]
    public async Task Operators_are_told_as_strictly(string what, string body, string code)
    {
        var service = fixture.Service;
        await service.OpenTraderAsync("first", ("USDC", 1));
        var answer = await service.SendAsync("POST", $"api/v1/admin/{what}", body, service.ControlToken);
        Assert.True(answer.Code == code && answer.Status is >= 400 and < 500, $"{answer.Status} {answer.Text}");
    }

    [Fact]
    public async Task The_control_token_cannot_be_taken_back_and_does_not_shield_a_key_of_its_name()
    {
        var service = fixture.Service;
        var named = new { account = 0, name = "control" };
        Assert.Equal("unknown_key", (await service.SendAsync(
            "DELETE", "api/v1/admin/keys", named, service.ControlToken)).Code);
        var key = await service.KeyAsync(0, "control", "read");
        await service.MustAsync("DELETE", "api/v1/admin/keys", named, service.ControlToken);
        Assert.Equal("key_unknown", (await service.SendAsync("GET", "api/v1/orders", key: key)).Code);
        await service.MustAsync("GET", "api/v1/orders", key: service.ControlToken);
    }

    [Theory]
    [InlineData("""{"op":"order.place","id":"x"}""", "invalid_parameter")]
    [InlineData("""{"op":"order.place","id":1e400,"order":{}}""", "invalid_parameter")]
    [InlineData("""{"op":"order.place","id":null,"order":{}}""", "invalid_parameter")]
    [InlineData("""{"op":"order.cancel","id":{},"order":7}""", "invalid_parameter")]
    [InlineData("""{"op":"order.place","op":"order.cancel","order":{}}""", "duplicate_field")]
    [InlineData("""{"op":"order.place","order":{},"order":{}}""", "duplicate_field")]
    [InlineData("""{"op":"order.place","id":1,"order":7}""", "key_required")]
    [InlineData("""{"op":"order.steal"}""", "unknown_op")]
    [InlineData("""{"op":7}""", "bad_message")]
    [InlineData("""{"op":"auth"}""", "bad_message")]
    [InlineData("""{"op":"auth","key":7}""", "bad_message")]
    [InlineData("""{"op":"auth","key":"\ud800"}""", "bad_message")]
    [InlineData("""{"op":"auth","key":""}""", "key_unknown")]
    [InlineData("""{"op":"subscribe","channels":"orders"}""", "bad_message")]
    [InlineData("""{"op":"subscribe","channels":["orders"]}""", "key_required")]
    [InlineData("""{"op":"subscribe","channels":["depth@nope"]}""", "unknown_channel")]
    [InlineData("""{"op":"subscribe","channels":["depth@SOL/USDC"],"since":{"depth@SOL/USDC":"x"}}""", "bad_message")]
    [InlineData("""{"op":"ping","id":"x"}""", "bad_message")]
    [InlineData("""{"op":"pace","hz":"x"}""", "bad_message")]
    [InlineData("""[]""", "bad_message")]
    [InlineData("""{""", "bad_message")]
    [InlineData("", "bad_message")]
    public async Task A_socket_message_that_is_none_is_refused_and_the_socket_goes_on(string text, string code)
    {
        using var socket = await TradingSocket.OpenAsync(fixture.Service.Address, null);
        await socket.SayTextAsync(text);
        var answer = await socket.NextAsync(message => message.TryGetProperty("code", out _));
        Assert.Equal(code, answer.GetProperty("code").GetString());
        await socket.SayAsync(new { op = "ping", id = 5 });
        Assert.Equal(5, (await socket.NextAsync("pong")).GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task A_key_never_comes_back_and_is_in_no_log_whatever_it_is_sent_as()
    {
        await using var service = await Service.OpenAsync(logLevel: "debug");
        var trader = await service.OpenTraderAsync("canary", ("USDC", 1_000));
        var key = trader.Key;
        var seen = new List<Answer>
        {
            await service.SendAsync("GET", $"api/v1/{key}"),
            await service.SendAsync("GET", $"api/v1/markets/{key}"),
            await service.SendAsync("GET", $"api/v1/quotes/{key}"),
            await service.SendAsync("GET", $"api/v1/books/{key}"),
            await service.SendAsync("GET", $"api/v1/depth?market={key}"),
            await service.SendAsync("GET", $"api/v1/depth?{key}=1"),
            await service.SendAsync("GET", $"api/v1/prices/history?symbol={key}&seconds={key}"),
            await service.SendAsync("GET", $"health?api_key={key}", key: key),
            await service.SendAsync("GET", "api/v1/orders", null, null, ("Authorization", $"Basic {key}"), ("Cookie", $"k={key}")),
            await service.SendAsync("GET", "api/v1/orders", null, null, ("Authorization", key)),
            await service.SendAsync("GET", "api/v1/orders", null, key, ("Origin", $"http://{key}")),
            await service.SendAsync("GET", "health", null, null, ("Host", key)),
            await service.SendAsync("DELETE", $"api/v1/order?market=SOL/USDC&order_id={key}", key: key),
        };
        foreach (var name in (string[])["market", "kind", "type", "price", "quantity", "tif", "stp", "client_id", "post_only", key])
        {
            var without = name == "market" ? "" : "\"market\":\"SOL/USDC\",";
            seen.Add(await service.SendAsync("POST", "api/v1/order", With($"{name}=\"{key}\""), key));
            seen.Add(await service.SendAsync("POST", "api/v1/order", $"{{{without}\"{name}\":\"{key}\",\"{name}\":\"{key}\"}}", key));
        }

        foreach (var answer in seen)
        {
            Assert.DoesNotContain(key[..12], answer.Text + answer.Headers);
        }

        using var socket = await TradingSocket.OpenAsync(service.Address, key);
        foreach (var text in new[]
        {
            $$"""{"op":"subscribe","channels":["{{key}}"]}""", $$"""{"op":"{{key}}"}""", $$"""{"op":"auth","key":"{{key}}x"}""",
            $$$"""{"op":"order.place","id":1,"order":{"market":"{{{key}}}"}}""",
        })
        {
            await socket.SayTextAsync(text);
            var answer = await socket.NextAsync(message => message.TryGetProperty("code", out _));
            Assert.DoesNotContain(key[..12], answer.ToString());
        }

        Assert.DoesNotContain(key[..12], service.Log);
        Assert.DoesNotContain(service.ControlToken[..12], service.Log);
    }

    private static string With(string change)
    {
        var equals = change.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = (change[..equals], change[(equals + 1)..]);
        var fields = new Dictionary<string, string>
        {
            ["market"] = "\"SOL/USDC\"", ["kind"] = "\"buy\"", ["price"] = "\"1\"", ["quantity"] = "\"1\"",
            [name] = value,
        };
        return $"{{{string.Join(',', fields.Select(field => $"\"{field.Key}\":{field.Value}"))}}}";
    }
}
