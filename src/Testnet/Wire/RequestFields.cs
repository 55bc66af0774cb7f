using System.Text.Json;

namespace Strikeline.Testnet;

/// <summary>Fields of what clients send as JSON.</summary>
internal static class RequestFields
{
    /// <summary>A field's text; null where it is not there or no text.</summary>
    public static string? Text(this JsonElement root, string name) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Reads a number within bounds, or what stands for one that is not there.</summary>
    /// <returns>False where it is no number, or out of bounds.</returns>
    public static bool TryNumber(
        this JsonElement root, string name, double fallback, double least, double most, out double value)
    {
        value = fallback;
        return !root.TryGetProperty(name, out var given)
            || (given.ValueKind == JsonValueKind.Number && given.TryGetDouble(out value)
                && value >= least && value <= most);
    }

    /// <summary>What is wrong with the names of an object's fields; null where all are known.</summary>
    public static string? Stranger(this JsonElement root, IReadOnlyList<string> known)
    {
        foreach (var field in root.EnumerateObject())
        {
            if (!known.Contains(field.Name, StringComparer.Ordinal))
            {
                return $"unknown field '{field.Name}'; there are {string.Join(", ", known)}";
            }
        }

        return null;
    }
}
