using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Strikeline.Host.Web;

/// <summary>An answer as JSON, in one piece and with its length: what the platform's own writes in chunks.</summary>
/// <param name="value">The answer.</param>
/// <param name="type">How it is written.</param>
internal sealed class JsonAnswer<T>(T value, JsonTypeInfo<T> type) : IResult
{
    private const string ContentType = "application/json; charset=utf-8";

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var bytes = JsonBytes.Of(value, type);
        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.ContentLength = bytes.Length;
        // The server sends it when the request has ended: one write.
        response.BodyWriter.Write(bytes);
        return Task.CompletedTask;
    }
}

/// <summary>JSON as bytes, written into memory that the thread keeps.</summary>
internal static class JsonBytes
{
    private const int KeptBytes = 64 * 1024;

    [ThreadStatic]
    private static Pad? s_pad;

    /// <summary>The bytes of a value; valid until the thread's next call.</summary>
    public static ReadOnlySpan<byte> Of<T>(T value, JsonTypeInfo<T> type) =>
        Of((value, type), static (json, one) => JsonSerializer.Serialize(json, one.value, one.type));

    /// <summary>What is written; valid until the thread's next call.</summary>
    public static ReadOnlySpan<byte> Of<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        var pad = s_pad ??= new Pad();
        pad.Buffer.ResetWrittenCount();
        pad.Writer.Reset();
        write(pad.Writer, state);
        pad.Writer.Flush();
        if (pad.Buffer.Capacity > KeptBytes)
        {
            s_pad = null;
        }

        return pad.Buffer.WrittenSpan;
    }

    private sealed class Pad
    {
        public Pad() => Writer = new Utf8JsonWriter(Buffer);

        public ArrayBufferWriter<byte> Buffer { get; } = new(1_024);

        public Utf8JsonWriter Writer { get; }
    }
}
