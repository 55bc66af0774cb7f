using System.Globalization;
using Npgsql;
using Strikeline.Exchange;

namespace Strikeline.Storage;

/// <summary>The tables of a market's store in PostgreSQL, in a schema of their own (docs/market-store.md).</summary>
internal static class PostgresMarketSchema
{
    /// <summary>What stands before the names of tables.</summary>
    public const string Prefix = "strikeline.";

    /// <summary>The newest layout.</summary>
    public const int Version = 1;

    private const long NanosPerTick = 100;

    // Two programs that begin at once make the tables one behind the other.
    private const string Lock = "SELECT pg_advisory_xact_lock(6002262318497841739)";

    private const string Begin =
        """
        CREATE SCHEMA IF NOT EXISTS strikeline;
        CREATE TABLE IF NOT EXISTS strikeline.version (
          single boolean PRIMARY KEY CHECK (single), layout integer NOT NULL);
        """;

    // Behind the name: how it is made. Trades first: the position is found again in them.
    private static readonly (string Name, string Sql)[] s_tables =
    [
        ("trades", """
            CREATE TABLE strikeline.trades (
              sequence bigint NOT NULL, at bigint NOT NULL, instrument smallint NOT NULL, price integer NOT NULL,
              lots bigint NOT NULL, taker_side smallint NOT NULL, taker_order bigint NOT NULL,
              maker_order bigint NOT NULL, taker_account integer NOT NULL, maker_account integer NOT NULL,
              taker_fee bigint NOT NULL, maker_fee bigint NOT NULL, PRIMARY KEY (sequence, at)){0};
            CREATE INDEX trades_of_instrument ON strikeline.trades (instrument, sequence);
            CREATE INDEX trades_by_time ON strikeline.trades (at, sequence);
            CREATE INDEX trades_taken ON strikeline.trades (taker_account, sequence);
            CREATE INDEX trades_made ON strikeline.trades (maker_account, sequence);
            """),
        ("orders", """
            CREATE TABLE strikeline.orders (
              id bigint PRIMARY KEY, account integer NOT NULL, client_id numeric(39) NOT NULL,
              instrument smallint NOT NULL, side smallint NOT NULL, kind smallint NOT NULL,
              time_in_force smallint NOT NULL, price integer NOT NULL, stop_price integer NOT NULL,
              is_triggered smallint NOT NULL, display bigint NOT NULL, expires_at bigint NOT NULL,
              quantity numeric(39) NOT NULL, executed numeric(39) NOT NULL, executed_tick_lots numeric(39) NOT NULL,
              cancelled_lots numeric(39) NOT NULL, status smallint NOT NULL, reason smallint NOT NULL,
              created_at bigint NOT NULL, updated_at bigint NOT NULL, first_sequence bigint NOT NULL,
              sequence bigint NOT NULL);
            CREATE INDEX orders_of_account ON strikeline.orders (account, first_sequence);
            CREATE INDEX orders_open ON strikeline.orders (id) WHERE status < 2;
            """),
        ("candles", """
            CREATE TABLE strikeline.candles (
              instrument smallint NOT NULL, seconds integer NOT NULL, open_second bigint NOT NULL,
              open integer NOT NULL, high integer NOT NULL, low integer NOT NULL, close integer NOT NULL,
              lots numeric(39) NOT NULL, tick_lots numeric(39) NOT NULL, trades integer NOT NULL,
              last_sequence bigint NOT NULL, PRIMARY KEY (instrument, seconds, open_second));
            """),
        ("holes", """
            CREATE TABLE strikeline.holes (first_sequence bigint PRIMARY KEY, last_sequence bigint NOT NULL);
            """),
        ("position", $"""
            CREATE TABLE strikeline.position (single boolean PRIMARY KEY CHECK (single), sequence bigint NOT NULL);
            INSERT INTO strikeline.position VALUES (true, ({MarketRows.LastStored(Prefix)}));
            """),
    ];

    // A day's trades are one chunk; the time is an integer, so that it needs to be told what now is.
    private const string Hypertable =
        """
        CREATE OR REPLACE FUNCTION strikeline.now_nanos() RETURNS bigint LANGUAGE sql STABLE AS
          $$ SELECT (extract(epoch FROM now()) * 1000000000)::bigint $$;
        SELECT create_hypertable('strikeline.trades', 'at', chunk_time_interval => 86400000000000);
        SELECT set_integer_now_func('strikeline.trades', 'strikeline.now_nanos');
        """;

    /// <summary>Makes what is missing, in the caller's transaction.</summary>
    /// <returns>Whether trades are a hypertable rather than in monthly partitions, and the tables that were gone
    /// although they were made before.</returns>
    /// <exception cref="MarketStoreException">A newer program has made the tables.</exception>
    public static async Task<(bool IsHypertable, IReadOnlyList<string> MadeAnew)> MakeAsync(
        NpgsqlConnection connection, PostgresAddress where, CancellationToken cancel)
    {
        await connection.RunAsync(Lock, cancel);
        await connection.RunAsync(Begin, cancel);
        var layout = await connection.AskAsync("SELECT layout FROM strikeline.version", cancel) as int? ?? 0;
        if (layout > Version)
        {
            throw new MarketStoreException(
                $"{where} has layout {layout}, and this program knows {Version}: it was written by a newer one");
        }

        var made = new List<string>();
        foreach (var (name, sql) in s_tables)
        {
            if (await connection.AskAsync($"SELECT to_regclass('{Prefix}{name}')::text", cancel) is string)
            {
                continue;
            }

            made.Add(name);
            var hasTimescale = name == "trades" && await connection.AskAsync(
                "SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'", cancel) is not null;
            await connection.RunAsync(
                sql.Replace("{0}", hasTimescale ? "" : " PARTITION BY RANGE (at)", StringComparison.Ordinal), cancel);
            if (hasTimescale)
            {
                await connection.RunAsync(Hypertable, cancel);
                foreach (var interval in CandleMaker.Intervals)
                {
                    await connection.RunAsync(Aggregate(interval), cancel);
                }
            }
        }

        if (layout == 0)
        {
            await connection.RunAsync(
                string.Create(CultureInfo.InvariantCulture, $"INSERT INTO strikeline.version VALUES (true, {Version})"),
                cancel);
        }

        var isHypertable = await connection.AskAsync(
            "SELECT 1 FROM pg_class WHERE oid = 'strikeline.trades'::regclass AND relkind = 'p'", cancel) is null;
        return (isHypertable, layout == 0 ? [] : made);
    }

    /// <summary>The month that a time is in, as its number since year 0.</summary>
    public static int MonthOf(long nanos)
    {
        var time = DateTimeOffset.UnixEpoch.AddTicks(nanos / NanosPerTick);
        return (time.Year * 12) + time.Month - 1;
    }

    /// <summary>The text that makes a month's partition where there is none.</summary>
    public static string Partition(int month) => string.Create(
        CultureInfo.InvariantCulture,
        $"CREATE TABLE IF NOT EXISTS strikeline.trades_{month / 12:0000}_{(month % 12) + 1:00} PARTITION OF "
        + $"strikeline.trades FOR VALUES FROM ({StartOf(month)}) TO ({StartOf(month + 1)})");

    private static long StartOf(int month) =>
        (new DateTimeOffset(month / 12, (month % 12) + 1, 1, 0, 0, 0, TimeSpan.Zero) - DateTimeOffset.UnixEpoch).Ticks
        * NanosPerTick;

    // For those who ask the database itself; the program's own candles are in their table.
    private static string Aggregate(CandleInterval interval)
    {
        var length = (long)interval * Kernel.Stamps.NanosPerSecond;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            CREATE MATERIALIZED VIEW strikeline.candles_{(int)interval}s WITH (timescaledb.continuous) AS
              SELECT instrument, time_bucket({length}::bigint, at) AS opens, first(price, sequence) AS open,
                max(price) AS high, min(price) AS low, last(price, sequence) AS close, sum(lots) AS lots,
                sum(price::numeric * lots) AS tick_lots, count(*) AS trades, max(sequence) AS last_sequence
              FROM strikeline.trades GROUP BY instrument, time_bucket({length}::bigint, at) WITH NO DATA;
            SELECT add_continuous_aggregate_policy('strikeline.candles_{(int)interval}s',
              start_offset => {length * 10}, end_offset => {length}, schedule_interval => interval '1 minute');
            """);
    }
}
