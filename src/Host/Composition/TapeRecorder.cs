using System.Text;
using Strikeline.Host.Configuration;
using Strikeline.Journal;
using Strikeline.Kernel;
using Strikeline.Venues;

namespace Strikeline.Host.Composition;

/// <summary>Writes raw traffic to tapes.</summary>
internal sealed class TapeRecorder : IFeedRecorder, IDisposable
{
    private readonly TapeInbox _inbox = new();
    private readonly TapeLoop _loop;
    private readonly Dictionary<Venue, byte[]> _symbols;
    private bool _finished;

    /// <exception cref="UserError">The folder cannot be used.</exception>
    public TapeRecorder(
        string folder, TapesSettings settings, IReadOnlyList<FeedOptions> feeds, TimeProvider clock)
    {
        _symbols = feeds.ToDictionary(
            feed => feed.Venue, feed => Encoding.ASCII.GetBytes(string.Join(',', feed.Symbols)));
        try
        {
            var writer = new TapeWriter(
                new FolderTapeDisk(folder),
                new TapeSettings
                {
                    MaxFileBytes = (long)settings.MaxFileMb << 20, MaxTotalBytes = (long)settings.MaxTotalMb << 20,
                },
                clock);
            _loop = new TapeLoop(writer, _inbox, clock);
        }
        catch (Exception e) when (e is TapeException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserError(e.Message.ReplaceLineEndings(" "), e);
        }

        _loop.Start();
    }

    /// <summary>Frames written so far.</summary>
    public long Frames => _loop.Writer.FramesWritten;

    /// <summary>Bytes on disk so far.</summary>
    public long StoredBytes => _loop.Writer.StoredBytes;

    /// <summary>The file being written.</summary>
    public string FileName => _loop.Writer.FileName;

    /// <summary>Why recording stopped, in words; null while it goes on.</summary>
    public string? StopReason => _loop.Writer.StopReason;

    /// <summary>Why recording stopped or what was lost, in words; null where all is well.</summary>
    public string? Problem => _loop.Writer.StopReason
        ?? (_inbox.Dropped > 0 ? $"{_inbox.Dropped} frames were dropped because the disk is slow" : null);

    /// <inheritdoc/>
    public void Connected(Venue venue, int connection, long nowNanos) =>
        Post(venue, connection, TapeFrameKind.Connected, _symbols.GetValueOrDefault(venue, []), default, nowNanos);

    /// <inheritdoc/>
    public void Frame(Venue venue, int connection, string context, ReadOnlySpan<byte> payload, long receivedNanos)
    {
        if (context.Length == 0)
        {
            Post(venue, connection, TapeFrameKind.Received, default, payload, receivedNanos);
        }
        else
        {
            Post(venue, connection, TapeFrameKind.RestReply, Encoding.UTF8.GetBytes(context), payload, receivedNanos);
        }
    }

    /// <inheritdoc/>
    public void Disconnected(Venue venue, int connection, long nowNanos) =>
        Post(venue, connection, TapeFrameKind.Disconnected, default, default, nowNanos);

    /// <summary>Writes what has come and closes the file; the counts stay readable.</summary>
    public void Finish()
    {
        if (!_finished)
        {
            _finished = true;
            _loop.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Finish();

    private void Post(
        Venue venue,
        int connection,
        TapeFrameKind kind,
        ReadOnlySpan<byte> context,
        ReadOnlySpan<byte> payload,
        long nowNanos) =>
        _inbox.TryPost(new TapeFrame(nowNanos, venue, (ushort)(connection & 0xffff), kind, context, payload));
}

/// <summary>Records nothing.</summary>
internal sealed class NoRecorder : IFeedRecorder
{
    /// <inheritdoc/>
    public void Connected(Venue venue, int connection, long nowNanos)
    {
    }

    /// <inheritdoc/>
    public void Frame(Venue venue, int connection, string context, ReadOnlySpan<byte> payload, long receivedNanos)
    {
    }

    /// <inheritdoc/>
    public void Disconnected(Venue venue, int connection, long nowNanos)
    {
    }
}
