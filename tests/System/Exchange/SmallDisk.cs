namespace Strikeline.SystemTests.Exchange;

/// <summary>A file system of a few megabytes that goes with the test, in a mount namespace of its own.</summary>
/// <remarks>As another user than root it needs user namespaces; nothing outside the namespace sees the mount.</remarks>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly Started _holder;

    private SmallDisk(Started holder, string folder) => (_holder, Folder) = (holder, folder);

    /// <summary>Where it is mounted, for programs that are started with <see cref="Under"/>.</summary>
    public string Folder { get; }

    /// <summary>Where this process sees the same files.</summary>
    public string Outside => $"/proc/{_holder.Id}/root{Folder}";

    /// <summary>What stands in front of a program's name to run it where the file system is.</summary>
    public string[] Under => ["/usr/bin/nsenter", "-t", $"{_holder.Id}", .. User("-U", "--preserve-credentials"), "-m", "--"];

    /// <summary>Mounts one on an empty folder.</summary>
    public static async Task<SmallDisk> MountAsync(string folder, int megabytes)
    {
        // The holder ends with its standard input, and the file system with it.
        var holder = Started.Program(
            "/usr/bin/unshare",
            [
                .. User("-r"), "-m", "/bin/sh", "-c",
                $"mount -t tmpfs -o size={megabytes}m none \"$0\" && echo mounted && exec cat", folder,
            ]);
        try
        {
            await holder.AfterAsync("mounted");
            return new SmallDisk(holder, folder);
        }
        catch
        {
            await holder.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _holder.DisposeAsync();

    private static string[] User(params string[] options) => Environment.UserName == "root" ? [] : options;
}
