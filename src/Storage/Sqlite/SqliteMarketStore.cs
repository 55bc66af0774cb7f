using System.Data.Common;
using Microsoft.Data.Sqlite;
using Strikeline.Exchange;

namespace Strikeline.Storage;

/// <summary>The market's store in a file: SQLite with a write-ahead log, so that readers never wait for the
/// writer.</summary>
/// <remarks>Any thread; writes one at a time. SQLite works on the caller's thread. The file is of mode 0600: it holds
/// people's trades. After a power failure the newest batches may be missing, whole, and their positions with
/// them.</remarks>
public sealed class SqliteMarketStore : SqlMarketStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _file;
    private readonly string _address;
    private readonly SemaphoreSlim _gate = new(1);
    private SqliteMarketWriter? _writer;

    /// <summary>A store in a file; <see cref="OpenAsync"/> makes it where it is absent.</summary>
    /// <param name="file">The path of the file.</param>
    /// <param name="busyLimit">How long a write waits for another program's; whole seconds, at least one.</param>
    public SqliteMarketStore(string file, TimeSpan busyLimit)
        : base(string.Empty)
    {
        _file = Path.GetFullPath(file);
        _address = new SqliteConnectionStringBuilder
        {
            DataSource = _file, Mode = SqliteOpenMode.ReadWrite, Pooling = true,
            DefaultTimeout = Math.Max(1, (int)busyLimit.TotalSeconds),
        }.ToString();
    }

    /// <inheritdoc/>
    public override Task<long> OpenAsync(CancellationToken cancel) => WriteAsync(
        () =>
        {
            _writer?.Dispose();
            _writer = null;
            MakeFile();
            var connection = Connect();
            try
            {
                MadeAnew = SqliteMarketSchema.Make(connection, _file);
                _writer = new SqliteMarketWriter(connection);
            }
            catch
            {
                connection.Dispose();
                throw;
            }

            return _writer.Position;
        },
        cancel);

    /// <inheritdoc/>
    public override Task AppendAsync(MarketBatch batch, IReadOnlyList<Candle> candles, CancellationToken cancel) =>
        WriteAsync(
            () =>
            {
                DemandFile();
                Writer.Append(batch, candles);
                return 0L;
            },
            cancel);

    /// <inheritdoc/>
    public override Task ClearAsync(CancellationToken cancel) => WriteAsync(
        () =>
        {
            Writer.Clear();
            MadeAnew = [];
            return 0L;
        },
        cancel);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _writer?.Dispose();
        _writer = null;
        ForgetConnections();
        _gate.Dispose();
        return ValueTask.CompletedTask;
    }

    private SqliteMarketWriter Writer => _writer ?? throw new MarketStoreException($"{_file} is not open");

    private async Task<long> WriteAsync(Func<long> write, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            return write();
        }
        catch (Exception failure) when (IsTrouble(failure))
        {
            throw Tell(failure);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    private protected override Task<DbConnection> ConnectAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        DemandFile();
        return Task.FromResult<DbConnection>(Connect());
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_address);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Connections to a file that somebody has deleted go on as if it were there: rows would go nowhere.
    private void DemandFile()
    {
        if (!File.Exists(_file))
        {
            throw new MarketStoreException($"{_file} is gone");
        }
    }

    // The readers' connections, which wait for the next question.
    private void ForgetConnections()
    {
        using var connection = new SqliteConnection(_address);
        SqliteConnection.ClearPool(connection);
    }

    // A log that is left of a file that is gone must not be read into a new one.
    private void DeleteSides()
    {
        File.Delete(_file + "-wal");
        File.Delete(_file + "-shm");
    }

    private void MakeFile()
    {
        var isNew = !File.Exists(_file);
        if (isNew)
        {
            // SQLite gives its side files the mode of the file itself.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            // What others still have open is of a file that is gone.
            ForgetConnections();
            DeleteSides();
            using var made = new FileStream(_file, options);
        }
        else if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(_file) != OwnerOnly)
        {
            File.SetUnixFileMode(_file, OwnerOnly);
        }
    }

    /// <inheritdoc/>
    private protected override bool IsTrouble(Exception failure) =>
        failure is SqliteException or IOException or UnauthorizedAccessException;

    /// <inheritdoc/>
    private protected override MarketStoreException Tell(Exception failure) =>
        new($"{_file}: {failure.Message.ReplaceLineEndings(" ")}", failure);
}
