namespace Strikeline.Host.Configuration;

/// <summary>The form in which a value was written.</summary>
internal enum NodeForm
{
    /// <summary>Text in quotes, or a value from the environment or the command line.</summary>
    Text,

    /// <summary>A bare number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>null.</summary>
    Null,

    /// <summary>[ … ].</summary>
    List,

    /// <summary>{ … }.</summary>
    Object,
}

/// <summary>A value as it was written, and where.</summary>
internal sealed class ConfigNode(NodeForm form, string text, int line)
{
    /// <summary>The form.</summary>
    public NodeForm Form { get; } = form;

    /// <summary>The text of a text, number or flag.</summary>
    public string Text { get; } = text;

    /// <summary>The line in the file, from 1; 0 outside files.</summary>
    public int Line { get; } = line;

    /// <summary>The members of an object, in order.</summary>
    public List<ConfigMember> Members { get; } = [];

    /// <summary>The items of a list, in order.</summary>
    public List<ConfigNode> Items { get; } = [];

    /// <summary>What was found, in words for a message.</summary>
    public string Words => Form switch
    {
        NodeForm.Text => $"\"{Shortened}\"",
        NodeForm.Number or NodeForm.Flag => Shortened,
        NodeForm.Null => "null",
        NodeForm.List => "a list",
        _ => "an object",
    };

    private string Shortened => Text.Length <= 60 ? Text : string.Concat(Text.AsSpan(0, 57), "...");
}

/// <summary>A named value of an object.</summary>
/// <param name="Name">The name as written.</param>
/// <param name="Line">The line of the name, from 1.</param>
/// <param name="Value">The value.</param>
internal sealed record ConfigMember(string Name, int Line, ConfigNode Value);
