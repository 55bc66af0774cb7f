namespace Strikeline.Unit;

/// <summary>The folder of recordings and vectors that lies beside the checkout, where it exists.</summary>
internal static class RecordedData
{
    private static readonly string? Root = Find();

    /// <summary>The full path of a file in the folder; skips the running test where the folder is absent.</summary>
    public static string File(string relative)
    {
        Assert.SkipUnless(
            Root is not null, "the recordings (../shared/data beside the checkout) are not on this machine");
        return Path.Combine(Root!, relative);
    }

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "..", "shared", "data");
            if (System.IO.File.Exists(Path.Combine(at.FullName, "FloorPlan.props")) || Directory.Exists(candidate))
            {
                if (Directory.Exists(candidate))
                {
                    return Path.GetFullPath(candidate);
                }
            }
        }

        return null;
    }
}
