namespace Strikeline.Host.Configuration;

/// <summary>All that is known of one configuration key: validation, printing and the reference are made from
/// it.</summary>
/// <param name="kind">What the value may be.</param>
/// <param name="description">What the key does: one sentence.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyAttribute(KeyKind kind, string description) : Attribute
{
    /// <summary>What the value may be.</summary>
    public KeyKind Kind { get; } = kind;

    /// <summary>What the key does: one sentence.</summary>
    public string Description { get; } = description;

    /// <summary>The unit of a number, or empty.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The smallest allowed number.</summary>
    public double Min { get; init; }

    /// <summary>The largest allowed number.</summary>
    public double Max { get; init; } = int.MaxValue;

    /// <summary>The most decimals of a <see cref="KeyKind.Amount"/>.</summary>
    public int Decimals { get; init; } = 8;

    /// <summary>The step between allowed whole numbers.</summary>
    public int Step { get; init; } = 1;

    /// <summary>The words of a <see cref="KeyKind.Choice"/>.</summary>
    public string[] Choices { get; init; } = [];

    /// <summary>Names in the environment beside the key's own, the strongest first.</summary>
    public string[] Environment { get; init; } = [];

    /// <summary>Where the value is empty: the folder of this name under <c>data_dir</c>.</summary>
    public string Under { get; init; } = "";

    /// <summary>A text or path that may be left empty: then it is none.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>A row without this key is refused.</summary>
    public bool Required { get; init; }

    /// <summary>Printed as ***.</summary>
    public bool Secret { get; init; }
}

/// <summary>What a section of the configuration is for: one sentence.</summary>
/// <param name="description">The sentence.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SectionAttribute(string description) : Attribute
{
    /// <summary>The sentence.</summary>
    public string Description { get; } = description;
}
