using System.Globalization;
using System.Reflection;

namespace Strikeline.Unit.Exchange;

/// <summary>Commands and events as a reader wants them: the fields that are set.</summary>
internal static class Text
{
    public static string Of<T>(T value)
        where T : notnull
    {
        var type = value.GetType();
        var fields = type.GetFields(BindingFlags.Public | BindingFlags.Instance).Where(field => !IsDefault(field.GetValue(value)!))
            .Select(field => $"{field.Name} = {Convert.ToString(field.GetValue(value), CultureInfo.InvariantCulture)}");
        return $"{type.Name} {{ {string.Join(", ", fields)} }}";
    }

    private static bool IsDefault(object value) => value.Equals(Activator.CreateInstance(value.GetType()));
}
