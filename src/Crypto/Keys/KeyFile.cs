using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Strikeline.Crypto;

/// <summary>The bytes of a Solana key file on disk, with every refusal as one line.</summary>
internal static partial class KeyFile
{
    private const int Count = Ed25519.SeedSize + Ed25519.PublicKeySize;

    // 64 numbers on lines of their own, indented, take about 400 bytes.
    private const int MaxFileBytes = 4096;

    private const UnixFileMode OthersMay =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static int _attempts;

    /// <summary>The 64 numbers of a file; the caller wipes them.</summary>
    public static byte[] Read(string path)
    {
        var text = GC.AllocateArray<byte>(MaxFileBytes, pinned: true);
        try
        {
            return Parse(path, text.AsSpan(0, Fetch(path, text)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>Makes the file.</summary>
    public static void Write(string path, ReadOnlySpan<byte> numbers)
    {
        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
        {
            throw Exists(path);
        }

        var draft = $"{path}.new-{Environment.ProcessId}-{Interlocked.Increment(ref _attempts)}";
        var text = GC.AllocateArray<byte>((Count * 4) + 2, pinned: true);
        try
        {
            // Left over by a crashed process that had this one's number.
            File.Delete(draft);
            Store(draft, text.AsSpan(0, Format(numbers, text)));
            Publish(draft, path);
            SyncFolder(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Discard(draft);
            throw File.Exists(path)
                ? Exists(path)
                : new KeyFileException(
                    $"key file {path} cannot be written ({OneLine(failure)}); check that the folder exists and is "
                    + "writable", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private static int Fetch(string path, Span<byte> text)
    {
        try
        {
            using var file = File.OpenHandle(path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & OthersMay) != UnixFileMode.None)
            {
                throw new KeyFileException(
                    $"key file {path} may be read or changed by other users; run 'chmod 600 {path}', and make a new "
                    + "key if anyone else has had access");
            }

            var length = RandomAccess.GetLength(file);
            if (length > text.Length)
            {
                throw Malformed(path, $"it has {length} bytes, too many for a key");
            }

            var filled = 0;
            while (filled < length)
            {
                var read = RandomAccess.Read(file, text[filled..(int)length], filled);
                if (read == 0)
                {
                    break;
                }

                filled += read;
            }

            return filled;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyFileException(
                $"key file {path} does not exist; make one with 'strikeline keys new' or correct the path", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException(
                $"key file {path} cannot be read ({OneLine(failure)}); make this user its owner, with mode 600",
                failure);
        }
    }

    private static byte[] Parse(string path, ReadOnlySpan<byte> text)
    {
        var numbers = GC.AllocateArray<byte>(Count, pinned: true);
        try
        {
            var reader = new Utf8JsonReader(text);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                throw Malformed(path, "it does not begin with '['");
            }

            var count = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetByte(out var number))
                {
                    throw Malformed(path, $"entry {count + 1} is not a whole number from 0 to 255");
                }

                if (count == Count)
                {
                    throw Malformed(path, $"it has more than {Count} numbers");
                }

                numbers[count++] = number;
            }

            if (count != Count)
            {
                throw Malformed(path, $"it has {count} numbers");
            }

            // Reads to the end, so that anything behind the array is refused.
            _ = reader.Read();
            return numbers;
        }
        catch (JsonException)
        {
            // The reader's own message may quote the file, and the file is a secret.
            CryptographicOperations.ZeroMemory(numbers);
            throw Malformed(path, "it is not valid JSON");
        }
        catch (KeyFileException)
        {
            CryptographicOperations.ZeroMemory(numbers);
            throw;
        }
    }

    private static int Format(ReadOnlySpan<byte> numbers, Span<byte> text)
    {
        var at = 0;
        foreach (var number in numbers)
        {
            text[at] = at == 0 ? (byte)'[' : (byte)',';
            number.TryFormat(text[(at + 1)..], out var written);
            at += 1 + written;
        }

        text[at++] = (byte)']';
        return at;
    }

    private static void Store(string path, ReadOnlySpan<byte> text)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(text);
        if (!OperatingSystem.IsWindows() && fsync(file.SafeFileHandle) != 0)
        {
            var why = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            throw new IOException($"the disk did not take it: {why}");
        }
    }

    // File.Move without overwriting looks first and renames then on Unix: two writers at once would both succeed,
    // and the second would replace a key that somebody has been told of. A hard link refuses an existing name.
    private static void Publish(string draft, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(draft, path, overwrite: false);
            return;
        }

        if (link(draft, path) != 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }

        File.Delete(draft);
    }

    // The name itself survives a power cut only when the folder is synced; the file stands either way.
    private static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = open(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/", 0);
        if (folder >= 0)
        {
            _ = fsync(folder);
            _ = close(folder);
        }
    }

    private static void Discard(string draft)
    {
        try
        {
            File.Delete(draft);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The caller reports the first failure; the draft is of mode 0600 and harmless.
        }
    }

    private static KeyFileException Exists(string path) => new(
        $"{path} exists and is never overwritten; choose another path, or move it away if the key is no longer needed");

    private static KeyFileException Malformed(string path, string what) => new(
        $"key file {path} is not a Solana keypair: {what}, and {Count} numbers in a JSON array are needed; "
        + "restore it from a backup, or move it away and make a new one with 'strikeline keys new'");

    private static string OneLine(Exception failure) => failure.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeHandle file);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string from, string to);

    [LibraryImport("libc")]
    private static partial int fsync(int file);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int file);
}
