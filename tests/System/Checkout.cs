namespace Strikeline.SystemTests;

/// <summary>The checkout that these tests were built from, and the program built in it.</summary>
internal static class Checkout
{
    /// <summary>The folder that holds FloorPlan.props.</summary>
    public static string Root { get; } = Find();

    /// <summary>The built program.</summary>
    public static string Program { get; } = In("artifacts/bin/Host/release/strikeline");

    /// <summary>A path in the checkout.</summary>
    public static string In(string relative) => Path.Combine(Root, relative);

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
