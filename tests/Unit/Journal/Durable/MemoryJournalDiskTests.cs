using Strikeline.Journal;

namespace Strikeline.Unit.Journal.Durable;

/// <summary>Memory keeps the promises of a folder while it lasts.</summary>
public sealed class MemoryJournalDiskTests
{
    private readonly MemoryJournalDisk _disk = new("memory");

    [Fact]
    public void What_was_written_is_read_under_every_name_that_it_gets()
    {
        using (var file = _disk.Create("a"))
        {
            Assert.Equal(3, file.Write([1, 2, 3], 2));
            Assert.Equal((5L, 2), (file.Length, file.Write([9, 8], 0)));
            file.Sync();
        }

        Assert.Equal("a", Assert.Single(_disk.List()));
        _disk.Create("b").Dispose();
        _disk.Rename("a", "b");
        _disk.Sync();
        using var again = _disk.OpenToRead("b");
        var bytes = new byte[9];
        Assert.Equal(4, again.Read(bytes, 1));
        Assert.Equal<byte>([8, 1, 2, 3], bytes[..4]);
        Assert.Equal(0, again.Read(bytes, 5));
        Assert.Equal(0, again.Read(bytes, 500));
        _disk.Delete("b");
        Assert.Empty(_disk.List());

        // As on POSIX, whoever has it open still has it.
        Assert.Equal(5, again.Length);
    }

    [Fact]
    public void What_a_folder_refuses_is_refused_in_its_words()
    {
        using var held = _disk.Lock("lock");
        Assert.Equal(JournalReasons.Locked, Assert.Throws<JournalException>(() => _disk.Lock("lock")).Reason);
        held.Dispose();
        _disk.Lock("lock").Dispose();
        _disk.Create("a").Dispose();
        Assert.Throws<JournalDiskException>(() => _disk.Create("a"));
        foreach (var act in (Action[])[() => _disk.Open("x"), () => _disk.Rename("x", "y"), () => _disk.Delete("x")])
        {
            Assert.Equal(JournalDiskException.NoSuchFile, Assert.Throws<JournalDiskException>(act).Number);
        }
    }
}
