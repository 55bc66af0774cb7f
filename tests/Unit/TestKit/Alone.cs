namespace Strikeline.Unit.TestKit;

/// <summary>
/// Tests that count allocated bytes run with nothing beside them: a collection that another test causes takes the
/// thread's
/// allocation buffer away, which the runtime's counter shows as some 8,000 bytes that nobody asked for.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
