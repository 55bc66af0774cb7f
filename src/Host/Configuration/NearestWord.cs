namespace Strikeline.Host.Configuration;

/// <summary>Finds the word that a user most likely meant.</summary>
internal static class NearestWord
{
    /// <summary>The known word with the fewest edits, or null where none is near.</summary>
    public static string? Of(string word, IEnumerable<string> known)
    {
        var best = (Word: (string?)null, Edits: Math.Max(2, word.Length / 3) + 1);
        foreach (var candidate in known)
        {
            var edits = Edits(word, candidate);
            if (edits < best.Edits)
            {
                best = (candidate, edits);
            }
        }

        return best.Word;
    }

    // Levenshtein's distance with one row of the table at a time.
    private static int Edits(string left, string right)
    {
        var row = new int[right.Length + 1];
        for (var column = 0; column < row.Length; column++)
        {
            row[column] = column;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                var same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
