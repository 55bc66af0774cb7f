using Strikeline.Host.Web;

namespace Strikeline.Unit.Host;

public sealed class ConnectionGateTests
{
    [Theory]
    [InlineData(12_000, null, 12_000)]
    [InlineData(12_000, 1_048_576L, 12_000)]
    [InlineData(12_000, 20_000L, 12_000)]
    [InlineData(12_000, 4_096L, 3_072)]
    [InlineData(12_000, 1_024L, 512)]
    [InlineData(12_000, 256L, 60)]
    [InlineData(100, 4_096L, 100)]
    public void Files_are_left_for_what_is_no_connection(int wanted, long? files, int most) =>
        Assert.Equal(most, ConnectionGate.Affordable(wanted, files));

    [Fact]
    public void This_system_says_how_many_files_there_may_be() => Assert.True(ConnectionGate.OpenFiles() > 0);
}
