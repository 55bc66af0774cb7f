namespace Strikeline.Unit.House;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] NotSources =
        ["artifacts", "node_modules", "wwwroot", "bin", "obj", ".git", "data"];

    /// <summary>The folder that holds FloorPlan.props.</summary>
    public static string Root { get; } = Find();

    /// <summary>The text of a file.</summary>
    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    /// <summary>The files under a folder with one of the endings, as paths from the root.</summary>
    public static IEnumerable<string> Files(string folder, params string[] endings)
    {
        var start = Path.Combine(Root, folder);
        return !Directory.Exists(start) ? [] : Walk(new DirectoryInfo(start))
            .Where(file => endings.Any(ending => file.Name.EndsWith(ending, StringComparison.Ordinal)))
            .Select(file => Path.GetRelativePath(Root, file.FullName));
    }

    /// <summary>The folders under a folder, as paths from the root.</summary>
    public static IEnumerable<string> Folders(string folder) => new DirectoryInfo(Path.Combine(Root, folder))
        .EnumerateDirectories("*", SearchOption.AllDirectories)
        .Select(one => Path.GetRelativePath(Root, one.FullName))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Intersect(NotSources).Any());

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) => folder.EnumerateFiles()
        .Concat(folder.EnumerateDirectories().Where(one => !NotSources.Contains(one.Name)).SelectMany(Walk));

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "FloorPlan.props")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("no FloorPlan.props above " + AppContext.BaseDirectory);
    }
}
