using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Strikeline.Storage;

/// <summary>One connection to a Redis, greeted and in its database. One user at a time.</summary>
/// <remarks>Every failure is a <see cref="RedisException"/>; after one the connection is of no use.</remarks>
internal sealed class RedisConnection : IDisposable
{
    private const int MaxShownLetters = 160;
    private const long MaxUnixSeconds = 253_402_300_800;

    private readonly RedisAddress _address;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _clock;
    private readonly NetworkStream _stream;
    private readonly RespReader _reader;

    private RedisConnection(RedisAddress address, TimeSpan limit, TimeProvider clock, Socket socket)
    {
        (_address, _limit, _clock) = (address, limit, clock);
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new RespReader(_stream);
    }

    /// <summary>The commands of the next exchange.</summary>
    public RespWriter Commands { get; } = new();

    /// <summary>Milliseconds by which the server's clock is ahead of this program's, when it was last asked.</summary>
    public long AheadMs { get; private set; }

    /// <summary>Connects, says who asks, and chooses the database.</summary>
    public static async Task<RedisConnection> OpenAsync(
        RedisAddress address, TimeSpan limit, TimeProvider clock, CancellationToken cancel)
    {
        async Task<RedisConnection> ConnectAsync(CancellationToken within)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address.Host, address.Port, within);
                return new RedisConnection(address, limit, clock, socket);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        var connection = await GuardAsync(address, limit, clock, ConnectAsync, cancel);
        try
        {
            await connection.GreetAsync(cancel);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Asks for the server's time.</summary>
    public async Task BeatAsync(CancellationToken cancel)
    {
        Commands.Command("TIME");
        var before = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var reply = (await ExchangeAsync(1, cancel))[0];
        if (reply.Items is not [var seconds, var micros])
        {
            throw Refusal(reply);
        }

        var whole = Number(seconds);
        var now = whole is >= 0 and < MaxUnixSeconds
            ? (whole * 1_000) + (Number(micros) / 1_000)
            : throw Foreign(_address, null);
        var after = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        AheadMs = now - before - ((after - before) / 2);
    }

    /// <summary>Sends the commands and waits for their replies.</summary>
    /// <param name="count">How many commands there are.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<RespReply[]> ExchangeAsync(int count, CancellationToken cancel)
    {
        async Task<RespReply[]> SendAndReadAsync(CancellationToken within)
        {
            await _stream.WriteAsync(Commands.Written, within);
            Commands.Clear();
            var replies = new RespReply[count];
            for (var i = 0; i < count; i++)
            {
                replies[i] = await _reader.ReadAsync(within);
            }

            return replies;
        }

        return GuardAsync(_address, _limit, _clock, SendAndReadAsync, cancel);
    }

    /// <summary>What a reply that was not expected means.</summary>
    public RedisException Refusal(RespReply reply) => reply.Kind == RespKind.Error
        ? new RedisException($"{_address} refuses: {Shown(reply.Bytes.Span)}")
        : Foreign(_address, null);

    /// <summary>The text of a refusal, safe to be shown.</summary>
    public static string Shown(ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(text);
        shown = shown.Length > MaxShownLetters ? shown[..MaxShownLetters] : shown;
        return string.Concat(shown.Select(letter => char.IsControl(letter) ? ' ' : letter));
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static RedisException Foreign(RedisAddress address, Exception? inner) =>
        new($"{address} does not speak Redis's protocol", inner);

    private static async Task<T> GuardAsync<T>(
        RedisAddress address,
        TimeSpan limit,
        TimeProvider clock,
        Func<CancellationToken, Task<T>> work,
        CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new RedisException(
                string.Create(CultureInfo.InvariantCulture, $"{address} does not answer within {limit.TotalSeconds} s"),
                e);
        }
        catch (FormatException e)
        {
            throw Foreign(address, e);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new RedisException($"{address} {Words(e)}", e);
        }
    }

    private static string Words(Exception failure) => (failure as SocketException ?? failure.InnerException) switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "refuses connections",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
            "is not known by that name",
        SocketException socket => $"cannot be reached ({socket.SocketErrorCode})",
        _ => "closed the connection",
    };

    private static long Number(RespReply reply) =>
        System.Buffers.Text.Utf8Parser.TryParse(reply.Bytes.Span, out long number, out _) ? number : 0;

    private async Task GreetAsync(CancellationToken cancel)
    {
        if (_address.Password.Length > 0)
        {
            string[] words = _address.User.Length > 0
                ? ["AUTH", _address.User, _address.Password]
                : ["AUTH", _address.Password];
            await AgreeAsync(words, cancel);
        }

        if (_address.Database > 0)
        {
            await AgreeAsync(["SELECT", _address.Database.ToString(CultureInfo.InvariantCulture)], cancel);
        }

        await BeatAsync(cancel);
    }

    private async Task AgreeAsync(string[] words, CancellationToken cancel)
    {
        Commands.Command(words);
        var reply = (await ExchangeAsync(1, cancel))[0];
        if (reply.Kind != RespKind.Simple)
        {
            throw Refusal(reply);
        }
    }
}
