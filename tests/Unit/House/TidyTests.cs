using System.Text.RegularExpressions;

namespace Strikeline.Unit.House;

/// <summary>Rules of the house that no compiler knows. Each rule has a text beside it that breaks it.</summary>
public sealed partial class TidyTests
{
    private const int MaxLines = 500;
    private const int MaxLineLength = 120;

    // Tests hold whole wire messages, which read worse when they are cut.
    private const int MaxTestLineLength = 180;

    // Rooms, or parts of one, in which money is counted: integers only.
    private static readonly string[] MoneyRooms = ["src/Kernel"];

    private static readonly string[] BannedFolders =
    [
        "Common", "Utils", "Util", "Helpers", "Shared", "Core", "Infrastructure", "Managers", "Services", "Misc",
    ];

    public static TheoryData<string> Documents => ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE"];

    [Fact]
    public void No_source_file_is_longer_than_500_lines()
    {
        var found = Sources().Where(file => IsTooLong(Repository.Read(file)));
        Assert.Empty(found);
        Assert.True(IsTooLong(new string('\n', MaxLines + 1)));
    }

    [Fact]
    public void No_line_is_wider_than_120_letters()
    {
        var found = Sources().SelectMany(file => WideLines(
            Repository.Read(file), file.StartsWith("tests/", StringComparison.Ordinal) ? MaxTestLineLength : MaxLineLength)
            .Select(line => $"{file}:{line}"));
        Assert.Empty(found);
        Assert.Equal([2], WideLines("short\n" + new string('x', MaxLineLength + 1) + "\n", MaxLineLength));
    }

    [Fact]
    public void No_file_keeps_the_marks_of_an_unfinished_merge()
    {
        var found = Sources().Concat(Repository.Files("docs", ".md")).Concat(["README.md", "ARCHITECTURE.md", "CHANGELOG.md"])
            .Where(file => MergeMark().IsMatch(Repository.Read(file)));
        Assert.Empty(found);
        Assert.Matches(MergeMark(), "text\n" + new string('<', 7) + " HEAD\n");
    }

    [Fact]
    public void Money_is_never_floating_point()
    {
        var found = MoneyRooms.SelectMany(room => Repository.Files(room, ".cs"))
            .SelectMany(file => FloatingPoint(Repository.Read(file)).Select(line => $"{file}:{line}"));
        Assert.Empty(found);
        Assert.Equal([2], FloatingPoint("// a double in words is no number\npublic double Price;\n/// float\n"));
    }

    [Fact]
    public void No_folder_has_a_name_that_says_nothing()
    {
        var found = Repository.Folders("src").Concat(Repository.Folders("tests"))
            .Where(folder => BannedFolders.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase));
        Assert.Empty(found);
    }

    [Fact]
    public void No_type_has_a_suffix_that_says_nothing()
    {
        var found = Repository.Files("src", ".cs")
            .SelectMany(file => EmptySuffixes(Repository.Read(file)).Select(name => $"{file}: {name}"));
        Assert.Empty(found);
        Assert.Equal(["BookManager", "IPriceService"],
            EmptySuffixes("internal sealed class BookManager;\npublic interface IPriceService;\nclass Based;"));
    }

    [Fact]
    public void Nothing_is_left_for_later()
    {
        var found = Sources().Where(file => Unfinished().IsMatch(Repository.Read(file)))
            .Where(file => Path.GetFileName(file) != "TidyTests.cs");
        Assert.Empty(found);
    }

    [Fact]
    public void Every_room_of_the_floor_plan_is_a_project_and_the_other_way_round()
    {
        var planned = RoomName().Matches(Repository.Read("FloorPlan.props"))
            .Select(match => match.Groups["room"].Value);
        var built = Repository.Files("src", ".csproj").Concat(Repository.Files("tests", ".csproj"))
            .Select(file => Path.GetFileNameWithoutExtension(file));
        Assert.Equal(planned.Order(StringComparer.Ordinal), built.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void The_house_has_its_documents(string document) =>
        Assert.True(Repository.Read(document).Length > 200, document + " is there and says something");

    [Fact]
    public void Every_path_that_the_documents_show_exists()
    {
        var missing = new[] { "README.md", "ARCHITECTURE.md" }
            .SelectMany(document => ShownPath().Matches(Repository.Read(document)))
            .Select(match => match.Groups["path"].Value)
            .Distinct()
            .Where(path => !Path.Exists(Path.Combine(Repository.Root, path.TrimEnd('/'))));
        Assert.Empty(missing);
    }

    private static IEnumerable<string> Sources() =>
        new[] { "src", "tests", "bench" }.SelectMany(folder => Repository.Files(folder, ".cs"));

    private static bool IsTooLong(string text) => text.Count(letter => letter == '\n') > MaxLines;

    private static IEnumerable<int> WideLines(string text, int most) => text.Split('\n')
        .Select((line, index) => (line, Number: index + 1))
        .Where(entry => entry.line.TrimEnd('\r').Length > most)
        .Select(entry => entry.Number);

    private static IEnumerable<int> FloatingPoint(string text) => text.Split('\n')
        .Select((line, index) => (line, Number: index + 1))
        .Where(entry => FloatingWord().IsMatch(Comment().Replace(entry.line, "")))
        .Select(entry => entry.Number);

    private static IEnumerable<string> EmptySuffixes(string text) =>
        EmptySuffix().Matches(text).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"\b(double|float|Double|Single|Half)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FloatingWord();

    [GeneratedRegex("^(<{7}|>{7}) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MergeMark();

    [GeneratedRegex(@"//.*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(
        @"\b(class|struct|interface|record|enum)\s+"
        + @"(?<name>\w+(Manager|Helper|Helpers|Util|Utils|Service|Processor|Info|Data|Base|Impl|Wrapper))\b",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex EmptySuffix();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|NotImplementedException)\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex("<Room Include=\"(?<room>\\w+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RoomName();

    [GeneratedRegex(@"`(?<path>(src|tests|docs|eng|terminal|ops|contracts|bench)/[A-Za-z0-9_./-]*)`",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ShownPath();
}
