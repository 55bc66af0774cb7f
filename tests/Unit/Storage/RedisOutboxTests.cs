using System.Text;
using Strikeline.Storage;

namespace Strikeline.Unit.Storage;

public sealed class RedisOutboxTests
{
    private readonly RedisOutbox _outbox = new(maxEntries: 4, maxBytes: 10);

    [Fact]
    public void The_newest_value_of_a_key_is_sent_once()
    {
        Set("a", "1", 10);
        Set("b", "1", 10);
        Set("a", "2", 20);
        Assert.Equal("a=2@20 b=1@10", Take(0));
        Assert.Equal("", Take(0));
        Assert.Equal((2, 1, 0), _outbox.Counts);
    }

    [Fact]
    public void A_deletion_is_remembered_until_it_is_answered()
    {
        Set("a", "1", 10);
        var set = Taken(0);
        _outbox.Answered(set);
        _outbox.Delete("a");
        var deletion = Taken(0);
        Assert.Equal("a", Text(deletion));
        _outbox.SendAll(0);
        Assert.Equal("a", Take(0));
        _outbox.Answered(deletion);
        _outbox.SendAll(0);
        Assert.Equal("", Take(0));
        Assert.Equal(0, _outbox.Counts.Entries);
    }

    [Fact]
    public void A_value_that_was_over_before_it_was_sent_takes_an_older_longer_one_along()
    {
        Set("a", "1", 100);
        _outbox.Answered(Taken(0));
        Set("a", "2", 10);
        Set("new", "3", 10);
        Assert.Equal("a", Take(10));
        _outbox.SendAll(99);
        Assert.Equal("a", Take(99));
        _outbox.SendAll(100);
        Assert.Equal("", Take(100));
    }

    [Fact]
    public void On_a_new_connection_everything_alive_is_sent_again()
    {
        Set("a", "1", 10);
        Set("b", "2", 20);
        _outbox.Answered(Taken(0));
        _outbox.SendAll(10);
        Assert.Equal("b=2@20", Take(10));
    }

    [Fact]
    public void What_is_full_drops_new_keys_and_larger_values_and_counts_them()
    {
        foreach (var key in new[] { "a", "b", "c", "d", "e" })
        {
            Set(key, "12", 10);
        }

        Set("a", "12345", 10);
        Set("b", "1234", 10);
        Assert.Equal("a=12@10 b=1234@10 c=12@10 d=12@10", Take(0));
        Assert.Equal((4, 1, 2), _outbox.Counts);
        _outbox.Delete("b");
        Set("a", "123456", 10);
        Assert.Equal("b a=123456@10", Take(0));
        _outbox.Forget(10);
        Assert.Equal(0, _outbox.Counts.Entries);
        Set("f", "1234567890", 20);
        Assert.Equal("f=1234567890@20", Take(10));
    }

    [Fact]
    public void A_batch_ends_at_its_size_and_the_rest_waits()
    {
        Set("a", "123", 10);
        Set("b", "123", 10);
        Set("c", "123", 10);
        var batch = new List<RedisWrite>();
        Assert.False(_outbox.Take(batch, 5, 0));
        Assert.Equal("a=123@10 b=123@10", Text(batch));
        Assert.True(_outbox.Take(batch, 5, 0));
        Assert.Equal("a=123@10 b=123@10 c=123@10", Text(batch));
    }

    [Fact]
    public void A_long_outage_keeps_no_more_than_what_is_alive()
    {
        var outbox = new RedisOutbox(maxEntries: 100, maxBytes: 10_000);
        for (var now = 0; now < 100_000; now++)
        {
            outbox.Set($"quote:{now}", "1"u8.ToArray(), now + 10, now);
            if (now % 20 == 0)
            {
                outbox.Forget(now);
            }

            Assert.InRange(outbox.Counts.Entries, 1, 31);
        }

        var batch = new List<RedisWrite>();
        Assert.True(outbox.Take(batch, long.MaxValue, 100_000));
        Assert.Equal(9, batch.Count);
        Assert.Equal(0, outbox.Counts.Dropped);
    }

    private static string Text(IEnumerable<RedisWrite> writes) => string.Join(' ', writes.Select(write =>
        write.Value is { } value ? $"{write.Key}={Encoding.UTF8.GetString(value.Span)}@{write.ExpiryMs}" : write.Key));

    private void Set(string key, string value, long expiryMs) =>
        _outbox.Set(key, Encoding.UTF8.GetBytes(value), expiryMs, 0);

    private List<RedisWrite> Taken(long nowMs)
    {
        var batch = new List<RedisWrite>();
        Assert.True(_outbox.Take(batch, long.MaxValue, nowMs));
        return batch;
    }

    private string Take(long nowMs) => Text(Taken(nowMs));
}
