using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Strikeline.Trading;

/// <summary>What an emergency stop forbids.</summary>
public enum StopScope : byte
{
    /// <summary>Orders that increase exposure. Cancels, exits and merges stay possible; the default value.</summary>
    NewExposure = 0,

    /// <summary>Every order, cancel, merge and split. Questions to a venue stay possible.</summary>
    HaltAll = 1,
}

/// <summary>What the stop file says: whether trading is stopped, by whom, why and since when.</summary>
/// <param name="Count">Rises with every change, so that of two states the newer one is known.</param>
/// <param name="IsStopped">Whether it is stopped.</param>
/// <param name="Scope">What is forbidden while it is.</param>
/// <param name="AtMillis">Since when, milliseconds since the Unix epoch.</param>
/// <param name="By">Who changed it: <c>api</c>, <c>cli</c>, <c>signal</c>, <c>risk</c>, <c>file</c>.</param>
/// <param name="Reason">Why, one line.</param>
/// <remarks>Immutable: any thread. As text it is one line of fields between tabs, the last of which is the beginning of
/// the SHA-256 of those before it: half a file, another file and a mistyped one are told from a state.</remarks>
public sealed record StopState(long Count, bool IsStopped, StopScope Scope, long AtMillis, string By, string Reason)
{
    /// <summary>Longest file that is read, in bytes.</summary>
    public const int MaxBytes = 1024;

    private const string Magic = "strikeline-stop";
    private const string Version = "1";
    private const int MaxReason = 200;
    private const int Fields = 9;

    /// <summary>The scope as it stands in files and answers: <c>new_exposure</c> or <c>halt_all</c>.</summary>
    public string ScopeName => Scope == StopScope.HaltAll ? "halt_all" : "new_exposure";

    /// <summary>The file's bytes.</summary>
    internal byte[] ToBytes()
    {
        var text = string.Join(
            '\t', Magic, Version, Count.ToString(CultureInfo.InvariantCulture), IsStopped ? "stopped" : "running",
            ScopeName, AtMillis.ToString(CultureInfo.InvariantCulture), Line(By), Line(Reason));
        return Encoding.UTF8.GetBytes($"{text}\t{Proof(text)}\n");
    }

    /// <summary>Reads a file's bytes; false where they are no whole state.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> bytes, out StopState state)
    {
        state = null!;
        var text = Encoding.UTF8.GetString(bytes);
        if (!text.EndsWith('\n'))
        {
            return false;
        }

        text = text[..^1];
        var fields = text.Split('\t');
        if (fields.Length != Fields || fields[0] != Magic || fields[1] != Version
            || Proof(text[..text.LastIndexOf('\t')]) != fields[8]
            || !long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || !long.TryParse(fields[5], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            || fields[3] is not ("stopped" or "running") || fields[4] is not ("new_exposure" or "halt_all"))
        {
            return false;
        }

        state = new StopState(
            count, fields[3] == "stopped", fields[4] == "halt_all" ? StopScope.HaltAll : StopScope.NewExposure, at,
            fields[6], fields[7]);
        return true;
    }

    private static string Proof(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    private static string Line(string text)
    {
        var line = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length <= MaxReason ? line : line[..MaxReason];
    }
}
