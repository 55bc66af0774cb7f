using Strikeline.Lab;

namespace Strikeline.Unit.Exchange;

/// <summary>The matching workload through the production core: the figures of its file, for any seed.</summary>
public sealed class WorkloadThroughTheCoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-core-").FullName;

    [Theory]
    [InlineData(1, 1_000, 8, 1UL)]
    [InlineData(1, 20_000, 64, 7UL)]
    [InlineData(100, 100, 8, 99UL)]
    [InlineData(7, 50, 1, ulong.MaxValue)]
    public void Trades_quantity_hash_and_rejects_are_the_files(int symbols, int depth, int grid, ulong seed)
    {
        var path = Path.Combine(_folder, "flow.mewl");
        var parameters = new WorkloadParameters(symbols, depth, Counts.Of(2_000_000, 100_000), grid, seed);
        WorkloadFile.Generate(path, parameters, _ => { }, TestContext.Current.CancellationToken);
        var workload = WorkloadFile.Load(path);
        Assert.Equal(workload.Header.Figures, MatchingBench.Check(workload));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
