using System.Diagnostics;
using Strikeline.Exchange;

namespace Strikeline.Unit.Exchange;

/// <summary>The table of client ids against a dictionary, and against those who choose ids that collide.</summary>
public sealed class ClientIdsTests(ITestOutputHelper output)
{
    private const int Crafted = 60_000;

    public static TheoryData<string> Crafts =>
    [
        "counting up", "low half equals high half", "equal low bits", "equal high bits", "multiples of the table", "rotated",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_table_agrees_with_a_dictionary(int seed)
    {
        var random = new Random(seed);
        var ids = new ClientIds(1, (UInt128)random.NextInt64());
        var oracle = new Dictionary<(int, UInt128), (long At, long Result)>();
        long now = 0;
        var (known, old, most) = (0, 0, 0);
        for (var i = 0; i < Counts.Of(1_000_000, 50_000); i++)
        {
            now += random.Next(2_000) == 0 ? random.NextInt64(ClientIds.KeptNanos) : random.Next(3) * (ClientIds.KeptNanos / 5_000);
            var key = (Account: random.Next(3), Id: (UInt128)(1 + (i / 40) + random.Next(2_000)) << (32 * random.Next(3)));
            var was = oracle.TryGetValue(key, out var use);
            Assert.Equal(was, ids.TryFind(key.Account, key.Id, now, out var result));
            Assert.Equal(was && use.At + ClientIds.KeptNanos > now ? use.Result : 0, result);
            if (!was)
            {
                oracle[key] = (now, i + 1);
                ids.Add(new ClientIdUse(key.Account, now, key.Id, i + 1));
            }

            known += result != 0 ? 1 : 0;
            old += was && result == 0 ? 1 : 0;
            most = Math.Max(most, ids.Count);
            Assert.Equal(oracle.Count, ids.Count + ids.Spent.Count);
        }

        Assert.True(known > 1_000 && old > 1_000 && most > 1_000, $"{known} known, {old} old, {most} at most in use");
        Assert.True(ids.Spent.Count > 1_000, $"{ids.Spent.Count} were removed");
        Assert.Equal(ids.Uses().Select(one => one.AtNanos).Order(), ids.Uses().Select(one => one.AtNanos));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void A_use_is_known_for_thirty_days_and_never_done_again(long late, bool isKnown)
    {
        var ids = new ClientIds(4, 7);
        ids.Add(new ClientIdUse(1, 100, 5, 9));
        Assert.True(ids.TryFind(1, 5, 100 + ClientIds.KeptNanos + late, out var result));
        Assert.Equal(isKnown ? 9 : 0, result);
        ids.Add(new ClientIdUse(1, 100 + ClientIds.KeptNanos + late, 6, 10));
        Assert.Equal(isKnown ? 0 : 1, ids.Spent.Count);
        Assert.True(ids.TryFind(1, 5, 100 + ClientIds.KeptNanos + late, out result));
        Assert.Equal(isKnown ? 9 : 0, result);
        Assert.False(ids.TryFind(2, 5, 0, out _));
    }

    [Theory]
    [MemberData(nameof(Crafts))]
    public void Crafted_ids_cost_less_than_twice_what_random_ones_do(string craft)
    {
        foreach (var secret in new[] { UInt128.Zero, UInt128.One, (UInt128)0x1234_5678_9ABC_DEF0, UInt128.MaxValue / 3, UInt128.MaxValue })
        {
            var random = new Random(1);
            var usual = Cost(secret, _ => new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()));
            var crafted = Cost(secret, i => Craft(craft, i));
            output.WriteLine($"{craft}, secret {secret:X}: {crafted.Probes} places in {crafted.Took.TotalMilliseconds:F1} ms; "
                + $"random ids {usual.Probes} in {usual.Took.TotalMilliseconds:F1} ms");
            Assert.True(crafted.Probes < 2 * usual.Probes, $"secret {secret:X}: {crafted.Probes} places, of random ids {usual.Probes}");
        }
    }

    private static UInt128 Craft(string craft, int i) => craft switch
    {
        "counting up" => (UInt128)(i + 1),
        "low half equals high half" => new UInt128((ulong)i + 1, (ulong)i + 1),
        "equal low bits" => ((UInt128)(i + 1) << 64) | 0xFFFF_FFFF,
        "equal high bits" => new UInt128(0xDEAD_BEEF_0000_0000, (ulong)i + 1),
        "multiples of the table" => (UInt128)(i + 1) << 17,
        _ => UInt128.RotateLeft((UInt128)(i + 1), 97),
    };

    // Each id is looked for and added, as a command does it, from a table that grows.
    private static (long Probes, TimeSpan Took) Cost(UInt128 secret, Func<int, UInt128> id)
    {
        var ids = new ClientIds(16, secret);
        var all = Enumerable.Range(0, Crafted).Select(id).ToArray();
        Assert.Equal(Crafted, all.Distinct().Count());
        var started = Stopwatch.GetTimestamp();
        foreach (var one in all)
        {
            Assert.False(ids.TryFind(1, one, 0, out _));
            ids.Add(new ClientIdUse(1, 0, one, 1));
        }

        return (ids.Probes, Stopwatch.GetElapsedTime(started));
    }
}
