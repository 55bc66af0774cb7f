using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Strikeline.Host.Cli;

/// <summary>The figures of a measurement: a table for people, one JSON object for programs.</summary>
/// <param name="name">Name of the list in JSON.</param>
/// <param name="columns">For each column its key in JSON, its heading, and how many decimals are shown.</param>
internal sealed class BenchReport(string name, params (string Key, string Heading, int Decimals)[] columns)
{
    private const int WideLetters = 200;

    private readonly List<object[]> _rows = [];

    /// <summary>Adds a row: texts, numbers and truth values in the order of the columns.</summary>
    public void Add(params object[] values) => _rows.Add(values);

    /// <summary>Prints.</summary>
    public void Print(bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(Json());
            return;
        }

        var table = new Table { Border = TableBorder.Ascii2 };
        foreach (var (_, heading, _) in columns)
        {
            table.AddColumn(heading);
        }

        foreach (var row in _rows)
        {
            table.AddRow([.. row.Select((value, i) => Text(value, columns[i].Decimals))]);
        }

        if (!AnsiConsole.Profile.Out.IsTerminal)
        {
            // A file has no edge.
            AnsiConsole.Profile.Width = WideLetters;
        }

        AnsiConsole.Write(table);
    }

    private static string Text(object value, int decimals) => value switch
    {
        bool truth => truth ? "yes" : string.Empty,
        string text => text,
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture)
            .ToString("n" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
    };

    private string Json()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray(name);
            foreach (var row in _rows)
            {
                writer.WriteStartObject();
                for (var i = 0; i < row.Length; i++)
                {
                    Write(writer, columns[i].Key, row[i], columns[i].Decimals);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, string key, object value, int decimals)
    {
        switch (value)
        {
            case string text:
                writer.WriteString(key, text);
                break;
            case bool truth:
                writer.WriteBoolean(key, truth);
                break;
            default:
                writer.WriteNumber(
                    key, Math.Round(Convert.ToDecimal(value, CultureInfo.InvariantCulture), decimals));
                break;
        }
    }
}
