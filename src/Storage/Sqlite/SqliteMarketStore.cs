using System.Data.Common;
using Microsoft.Data.Sqlite;
using Strikeline.Exchange;

namespace Strikeline.Storage;

/// <summary>The market's store in a file: SQLite with a write-ahead log, so that readers never wait for the
/// writer.</summary>
/// <remarks>Any thread; writes one at a time. SQLite works on the caller's thread. The file is of mode 0600: it holds
/// people's trades. After a power failure the newest batches may be missing, whole, and their positions with
/// them.</remarks>
public sealed class SqliteMarketStore : IMarketStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _file;
    private readonly string _address;
    private readonly MarketReads _reads;
    private readonly SemaphoreSlim _gate = new(1);
    private SqliteMarketWriter? _writer;

    /// <summary>A store in a file; <see cref="OpenAsync"/> makes it where it is absent.</summary>
    /// <param name="file">The path of the file.</param>
    /// <param name="busyLimit">How long a write waits for another program's; whole seconds, at least one.</param>
    public SqliteMarketStore(string file, TimeSpan busyLimit)
    {
        _file = Path.GetFullPath(file);
        _address = new SqliteConnectionStringBuilder
        {
            DataSource = _file, Mode = SqliteOpenMode.ReadWrite, Pooling = true,
            DefaultTimeout = Math.Max(1, (int)busyLimit.TotalSeconds),
        }.ToString();
        _reads = new MarketReads("", ConnectAsync, IsTrouble, Tell);
    }

    /// <inheritdoc/>
    public Task<long> OpenAsync(CancellationToken cancel) => WriteAsync(
        () =>
        {
            _writer?.Dispose();
            _writer = null;
            MakeFile();
            var connection = Connect();
            try
            {
                SqliteMarketSchema.Make(connection, _file);
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
    public Task AppendAsync(MarketBatch batch, IReadOnlyList<Candle> candles, CancellationToken cancel) =>
        WriteAsync(
            () =>
            {
                Writer.Append(batch, candles);
                return 0L;
            },
            cancel);

    /// <inheritdoc/>
    public Task ClearAsync(CancellationToken cancel) => WriteAsync(
        () =>
        {
            Writer.Clear();
            return 0L;
        },
        cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Candle>> NewestCandlesAsync(CancellationToken cancel) =>
        _reads.NewestCandlesAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OrderRecord>> OpenOrdersAsync(CancellationToken cancel) =>
        _reads.OpenOrdersAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<MarketHole>> HolesAsync(CancellationToken cancel) => _reads.HolesAsync(cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Candle>> CandlesAsync(
        short instrument, CandleInterval interval, MarketPage page, CancellationToken cancel) =>
        _reads.CandlesAsync(instrument, interval, page, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TradePrint>> TradesAsync(short instrument, MarketPage page, CancellationToken cancel) =>
        _reads.TradesAsync(instrument, page, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TradePrint>> FillsAsync(
        int account, short? instrument, MarketPage page, CancellationToken cancel) =>
        _reads.FillsAsync(account, instrument, page, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OrderRecord>> OrdersAsync(
        int account, short? instrument, MarketPage page, CancellationToken cancel) =>
        _reads.OrdersAsync(account, instrument, page, cancel);

    /// <inheritdoc/>
    public Task<OrderRecord?> OrderAsync(long id, CancellationToken cancel) => _reads.OrderAsync(id, cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _writer?.Dispose();
        _writer = null;
        using (var connection = new SqliteConnection(_address))
        {
            // The readers' connections, which wait for the next question.
            SqliteConnection.ClearPool(connection);
        }

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

    private Task<DbConnection> ConnectAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
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

            using var made = new FileStream(_file, options);
        }
        else if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(_file) != OwnerOnly)
        {
            File.SetUnixFileMode(_file, OwnerOnly);
        }
    }

    private static bool IsTrouble(Exception failure) =>
        failure is SqliteException or IOException or UnauthorizedAccessException;

    private MarketStoreException Tell(Exception failure) =>
        new($"{_file}: {failure.Message.ReplaceLineEndings(" ")}", failure);
}
