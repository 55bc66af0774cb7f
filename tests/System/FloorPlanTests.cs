namespace Strikeline.SystemTests;

/// <summary>The floor plan is enforced by the build: a room that imports what it may not does not build.</summary>
public sealed class FloorPlanTests : IDisposable
{
    private static readonly string[] HouseFiles =
        ["Directory.Build.props", "Directory.Build.targets", "FloorPlan.props", "global.json"];

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-floor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Testnet", "Venues", "error FLOOR002: Testnet may not import Venues")]
    [InlineData("Kernel", "Journal", "error FLOOR002: Kernel may not import Journal")]
    [InlineData("Attic", "Kernel", "error FLOOR001: FloorPlan.props has no room 'Attic'")]
    public async Task A_forbidden_import_fails_the_build(string room, string imported, string expected)
    {
        var built = await Build(room, imported);
        Assert.NotEqual(0, built.Code);
        Assert.Contains(expected, built.Output);
    }

    [Fact]
    public async Task An_allowed_import_builds()
    {
        var built = await Build("Crypto", "Kernel");
        Assert.True(built.Code == 0, built.Output + built.Error);
    }

    // A scratch house with the real rules and two empty rooms; without packages, so that nothing is downloaded.
    private Task<Ended> Build(string room, string imported)
    {
        foreach (var file in HouseFiles)
        {
            File.Copy(Checkout.In(file), Path.Combine(_folder, file));
        }

        Write(imported, "");
        var project = Write(room, $"""
            <ItemGroup><ProjectReference Include="../{imported}/{imported}.csproj" /></ItemGroup>
            """);
        return Run.ToEndAsync(
            "dotnet",
            ["build", project, "-nologo", "-v:quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false"],
            _folder,
            ("CI", null));
    }

    private string Write(string room, string inner)
    {
        var project = Path.Combine(_folder, room, room + ".csproj");
        Directory.CreateDirectory(Path.GetDirectoryName(project)!);
        File.WriteAllText(project, $"<Project Sdk=\"Microsoft.NET.Sdk\">{inner}</Project>\n");
        return project;
    }
}
