using Strikeline.Storage;

namespace Strikeline.Unit.Storage;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("redis://127.0.0.1", "127.0.0.1", 6379, 0, "", "")]
    [InlineData("redis://localhost:7000/", "localhost", 7000, 0, "", "")]
    [InlineData("redis://[::1]:7000/15", "::1", 7000, 15, "", "")]
    [InlineData("redis://:secret@cache.example/2", "cache.example", 6379, 2, "", "secret")]
    [InlineData("redis://desk:a%3Ab%40c:d@10.0.0.7:7000", "10.0.0.7", 7000, 0, "desk", "a:b@c:d")]
    public void Every_form_is_read(string text, string host, int port, int database, string user, string password)
    {
        var address = RedisAddress.Parse(text, out var problem);
        Assert.Null(problem);
        Assert.Equal((host, port, database), (address!.Host, address.Port, address.Database));
        Assert.Equal((user, password), (address.User, address.Password));
    }

    [Theory]
    [InlineData("", "no address of a Redis")]
    [InlineData("127.0.0.1:6379", "no address of a Redis")]
    [InlineData("http://127.0.0.1:6379", "no address of a Redis")]
    [InlineData("rediss://127.0.0.1:6379", "no address of a Redis")]
    [InlineData("redis://", "no address of a Redis")]
    [InlineData("redis://127.0.0.1:x", "no address of a Redis")]
    [InlineData("redis://127.0.0.1:65536", "no address of a Redis")]
    [InlineData("redis://:canary@127.0.0.1:65536", "no address of a Redis")]
    [InlineData("redis://127.0.0.1:0", "the port must be a whole number from 1 to 65535")]
    [InlineData("redis://127.0.0.1/x", "the database must be a whole number from 0 to 65535")]
    [InlineData("redis://127.0.0.1/-1", "the database must be a whole number")]
    [InlineData("redis://127.0.0.1/1/2", "the database must be a whole number")]
    [InlineData("redis://127.0.0.1/0?db=1", "nothing may follow the number of the database")]
    [InlineData("redis://desk@127.0.0.1", "the user has no password")]
    [InlineData("redis://desk:@127.0.0.1", "the user has no password")]
    [InlineData("redis://:canary@127.0.0.1/x", "the database must be a whole number")]
    [InlineData("redis://10.0.0.7", "a Redis on another machine must want a password")]
    [InlineData("redis://cache.example:6379/1", "a Redis on another machine must want a password")]
    public void What_is_wrong_is_said_without_the_text(string text, string expected)
    {
        Assert.Null(RedisAddress.Parse(text, out var problem));
        Assert.Contains(expected, problem);
        Assert.DoesNotContain("canary", problem);
    }

    [Fact]
    public void As_text_it_is_host_and_port_alone()
    {
        Assert.Equal("[::1]:7000", $"{RedisAddress.Parse("redis://u:canary@[::1]:7000/3", out _)}");
        Assert.Equal("h:6379", $"{RedisAddress.Parse("redis://u:canary@h", out _)}");
    }
}
