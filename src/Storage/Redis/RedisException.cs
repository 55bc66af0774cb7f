namespace Strikeline.Storage;

/// <summary>A Redis cannot be used; the message is one line without secrets that begins with its address.</summary>
/// <param name="message">Which one, and why.</param>
/// <param name="inner">The failure below, where there is one.</param>
public sealed class RedisException(string message, Exception? inner = null) : Exception(message, inner);
