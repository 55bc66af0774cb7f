using System.Text;

namespace Strikeline.Testnet;

/// <summary>An HTTP answer in JSON.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON text, UTF-8.</param>
/// <param name="ContentType">Media type of the body.</param>
internal readonly record struct RestAnswer(int Status, byte[] Body, string ContentType = "application/json")
{
    public static RestAnswer Of(string json, int status = 200) => new(status, Encoding.UTF8.GetBytes(json));
}

/// <summary>The query of a request; a name that is absent gives null.</summary>
internal sealed class RestQuery(Func<string, string?> find)
{
    public string? this[string name] => find(name);

    /// <summary>A whole number between bounds, or the fallback where it is absent or no number.</summary>
    public int Number(string name, int fallback, int least, int most) =>
        int.TryParse(find(name), out var value) ? Math.Clamp(value, least, most) : fallback;
}
