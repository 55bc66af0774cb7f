using Strikeline.Unit;

namespace Strikeline.SystemTests.Exchange;

/// <summary>One folder and two exchanges that want to write it.</summary>
[Collection(OneExchange.Name)]
public sealed class TwoWritersTests
{
    [Fact]
    public async Task The_second_writer_of_a_folder_is_refused_while_the_first_one_works_or_sleeps()
    {
        using var client = Client.Make(9_000);
        await using var first = await client.StartAsync([]);
        Assert.True(client.IsReady(first), first.Error);
        Assert.True(client.Open(first));
        for (var i = 0; i < Counts.Of(100, 20); i++)
        {
            await RefusedAsync(client, i);
            client.Ask(first, client.Next());
        }

        await SignalAsync(first, "STOP");
        try
        {
            await RefusedAsync(client, -1);
        }
        finally
        {
            await SignalAsync(first, "CONT");
        }

        client.Ask(first, client.Next());
        Assert.Equal(0, await first.CloseAsync());
        client.Read(first);
        await Proof.OfAllAsync(client, []);
    }

    private static async Task RefusedAsync(Client client, int number)
    {
        await using var second = PipeRun.Start(client.Folder, Path.Combine(client.Root, $"second-{number}"), []);
        Assert.Null(second.Ready());
        Assert.Equal(1, await second.EndAsync());
        Assert.StartsWith("strikeline: journal ", second.Error, StringComparison.Ordinal);
        Assert.Contains("another program writes it (it holds journal.lock)", second.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', second.Error);
    }

    private static async Task SignalAsync(PipeRun run, string name) =>
        Assert.Equal(0, (await Run.ToEndAsync("/bin/kill", $"-{name}", $"{run.Id}")).Code);
}
