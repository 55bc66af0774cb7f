using System.Buffers.Binary;
using Strikeline.Exchange;
using Strikeline.Lab;
using Strikeline.Unit.Exchange;

namespace Strikeline.Unit.Lab;

/// <summary>The matching workload: its figures, its bytes, and what is wrong with a damaged one in one line.</summary>
public sealed class WorkloadTests : IDisposable
{
    private const int Header = WorkloadHeader.Bytes;
    private const int Record = WorkloadRecord.Bytes;

    private static readonly WorkloadParameters Small = new(2, 50, 1_000, 8, 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-workload-").FullName;

    /// <summary>The table of WORKLOAD.md; all but the first row with <c>--full</c>.</summary>
    public static TheoryData<int, int, int, ulong[]> Rows
    {
        get
        {
            var rows = new TheoryData<int, int, int, ulong[]>
            {
                { 1, 1_000, 8, [281954, 6357326, 0xf288d7163a54889b, 925, 23197, 1107652] },
            };
            if (Counts.Full)
            {
                rows.Add(1, 100_000, 64, [275429, 6189331, 0xd5c2aaf51230390e, 96715, 18331, 1205224]);
                rows.Add(100, 1_000, 8, [282277, 6388432, 0x8f77eb4cdb652ffb, 96259, 18200, 1207434]);
                rows.Add(100, 10_000, 64, [257224, 5678722, 0x9003d631d77a6d87, 968435, 8002, 2088483]);
            }

            return rows;
        }
    }

    public static TheoryData<int, byte[], string> Faults => new()
    {
        { 0, "ELF\0"u8.ToArray(), "it is no workload: it does not begin with MEWL0001" },
        { 7, "2"u8.ToArray(), "it is a workload of another version: this program reads MEWL0001" },
        { 8, Number(101), "its header is damaged: 101 orders before the timed part; 2 symbols of depth 50 make 100" },
        { 16, Number(0), "its header is damaged: ops: found 0; 1 to 1000000000 is allowed" },
        { 16, Number(ulong.MaxValue), "its header is damaged: ops: found 18446744073709551615" },
        { 16, Number(1_001), $"it is cut off: 1101 records make {Header + (1_101 * Record)} bytes; found {Header + (1_100 * Record)}" },
        { 16, Number(999), $"it is too long: 1099 records make {Header + (1_099 * Record)} bytes; found {Header + (1_100 * Record)}" },
        { 32, [0, 0, 0, 0], "its header is damaged: symbols: found 0; 1 to 100000 is allowed" },
        { 36, [0, 0, 0, 255], "its header is damaged: depth: found 4278190080" },
        { 40, [1, 4, 0, 0], "its header is damaged: grid: found 1025; 1 to 1024 is allowed" },
        { 48, Number(ulong.MaxValue), "its header is damaged: 18446744073709551615 trades of together {quantity} lots" },
        { 56, Number(0), "its header is damaged: {trades} trades of together 0 lots" },
        { 72, Number(100_000), "its header is damaged: 100000 orders rest at the end, of {maxid} ever placed" },
        { 80, Number(1_000_000), "its header is damaged: 1000000 rejects; the records have {cancels} cancels" },
        { 88, Number(999_999), "its header is damaged: 999999 as the last id; the records end at {maxid}" },
        { At(3), [3], "record 3 at byte 224 is damaged: operation 3; 0 (new), 1 (cancel) or 2 (replace) is allowed" },
        { At(3), [1], "record 3 at byte 224 is damaged: no new GTC order, before the timed part begins" },
        { At(3) + 1, [2], "record 3 at byte 224 is damaged: side 2; 0 (buy) or 1 (sell) is allowed" },
        { At(3) + 2, [1], "record 3 at byte 224 is damaged: no new GTC order, before the timed part begins" },
        { At(3) + 2, [2], "record 3 at byte 224 is damaged: time in force 2; 0 (GTC) or 1 (IOC) is allowed" },
        { At(3) + 4, [2], "record 3 at byte 224 is damaged: symbol 2; 0 to 1 is allowed" },
        { At(3) + 8, [5], "record 3 at byte 224 is damaged: new order 5; 4 comes next" },
        { At(3) + 16, [0, 0, 0, 0], "record 3 at byte 224 is damaged: price 0; at least 1 is allowed" },
        { At(3) + 20, [0, 0, 0, 0], "record 3 at byte 224 is damaged: quantity 0; at least 1 is allowed" },
        { At(3) + 24, [0, 0, 0, 0], "record 3 at byte 224 is damaged: owner 0; 1 to 1000 is allowed" },
        { At(3) + 24, [233, 3, 0, 0], "record 3 at byte 224 is damaged: owner 1001; 1 to 1000 is allowed" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_figures_are_those_of_the_document(int symbols, int depth, int grid, ulong[] expected)
    {
        var parameters = new WorkloadParameters(symbols, depth, 2_000_000, grid, 1);
        var flow = new WorkloadFlow(parameters);
        for (var i = 0L; i < parameters.Prefill + parameters.Operations; i++)
        {
            flow.Next();
        }

        var found = flow.Figures;
        Assert.Equal<ulong[]>(expected, [found.Trades, found.Quantity, found.Hash, found.Live, found.Rejects, found.MaxId]);
    }

    [Fact]
    public void Equal_parameters_make_equal_bytes_and_another_seed_makes_others()
    {
        var seen = new HashSet<string>();
        for (var seed = 1UL; seed <= 5; seed++)
        {
            var parameters = new WorkloadParameters(1, 100, 5_000, 8, seed);
            var bytes = File.ReadAllBytes(Make("one.bin", parameters));
            Assert.Equal(bytes, File.ReadAllBytes(Make("two.bin", parameters)));
            Assert.True(seen.Add(Convert.ToHexString(bytes)));
        }
    }

    [Theory]
    [InlineData(1, 100, 5_000, 8, 1)]
    [InlineData(3, 20, 5_000, 64, 18446744073709551615)]
    [InlineData(7, 1, 3_000, 1, 0)]
    public void What_is_read_is_what_was_made_and_a_list_engine_comes_to_the_same_figures(
        int symbols, int depth, int operations, int grid, ulong seed)
    {
        var parameters = new WorkloadParameters(symbols, depth, operations, grid, seed);
        var file = WorkloadFile.Load(Make("read.bin", parameters));
        Assert.Equal(parameters, file.Header.Parameters);
        Assert.Equal((symbols * depth, operations), (file.Prefill.Length, file.Timed.Length));

        var books = Enumerable.Range(0, symbols).Select(_ => new NaiveBook()).ToArray();
        Work(books, file.Prefill);
        Assert.Equal(symbols * depth, books.Sum(book => book.Bids.Count + book.Asks.Count));
        Assert.All(books, book => Assert.Empty(book.Events.OfType<NaiveEvent.Trade>()));
        var (hash, trades, quantity) = Work(books, file.Timed);
        var events = books.SelectMany(book => book.Events).ToArray();
        Assert.Equal(file.Header.Figures, new WorkloadFigures(
            trades, quantity, hash, (ulong)books.Sum(book => book.Bids.Count + book.Asks.Count),
            (ulong)events.OfType<NaiveEvent.Rejected>().Count(), (ulong)events.OfType<NaiveEvent.Accepted>().Count()));
    }

    [Fact]
    public void A_workload_has_every_kind_of_operation()
    {
        var timed = WorkloadFile.Load(Make("kinds.bin", Small)).Timed.ToArray();
        Assert.Equal(
            [WorkloadOp.New, WorkloadOp.Cancel, WorkloadOp.Replace], timed.Select(record => record.Op).Distinct().Order());
        Assert.Contains(timed, record => record.ImmediateOrCancel == 1);
        Assert.Equal([Side.Buy, Side.Sell], timed.Select(record => record.Side).Distinct().Order());
        Assert.Equal([0u, 1u], timed.Select(record => record.Symbol).Distinct().Order());
    }

    [Fact]
    public void The_layout_is_that_of_the_document()
    {
        var path = Make("layout.bin", Small);
        var bytes = File.ReadAllBytes(path);
        var file = WorkloadFile.Load(path);
        var figures = file.Header.Figures;
        Assert.Equal("MEWL0001"u8.ToArray(), bytes[..8]);
        Assert.Equal(
            [100, 1_000, 1, (50UL << 32) | 2, 8, figures.Trades, figures.Quantity, figures.Hash, figures.Live, figures.Rejects, figures.MaxId, 0, 0, 0, 0],
            Enumerable.Range(1, 15).Select(i => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * 8))));
        for (var i = 0; i < 1_100; i++)
        {
            var record = i < 100 ? file.Prefill[i] : file.Timed[i - 100];
            var expected = new byte[Record];
            record.WriteTo(expected);
            Assert.Equal(expected, bytes[At(i)..At(i + 1)]);
            Assert.Equal((0, 0), (expected[3], BinaryPrimitives.ReadInt32LittleEndian(expected.AsSpan(28))));
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_damaged_file_is_one_line_with_its_place(int at, byte[] bytes, string line)
    {
        var path = Make("damaged.bin", Small);
        var figures = WorkloadFile.Load(path).Header.Figures;
        var cancels = WorkloadFile.Load(path).Timed.ToArray().Count(record => record.Op == WorkloadOp.Cancel);
        var whole = File.ReadAllBytes(path);
        bytes.CopyTo(whole, at);
        File.WriteAllBytes(path, whole);
        Refuses(path, line.Replace("{quantity}", $"{figures.Quantity}").Replace("{trades}", $"{figures.Trades}")
            .Replace("{maxid}", $"{figures.MaxId}").Replace("{cancels}", $"{cancels}"));
    }

    [Fact]
    public void A_cancel_names_an_order_that_was_placed()
    {
        var path = Make("cancel.bin", Small);
        var timed = WorkloadFile.Load(path).Timed.ToArray();
        var first = Array.FindIndex(timed, record => record.Op == WorkloadOp.Cancel);
        var placed = 100 + timed[..first].Count(record => record.Op == WorkloadOp.New);
        foreach (var id in new[] { 0, placed + 1 })
        {
            var whole = File.ReadAllBytes(path);
            Number((ulong)id).CopyTo(whole, At(100 + first) + 8);
            File.WriteAllBytes(path, whole);
            Refuses(path, $"record {100 + first} at byte {At(100 + first)} is damaged: order {id}; 1 to {placed} are placed so far");
        }
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(Make("whole.bin", Small));
        var path = Path.Combine(_folder, "cut.bin");
        foreach (var length in new[] { 0, 1, Header - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Refuses(path, $"it is no workload: found {length} bytes; the header alone has {Header}");
        }

        foreach (var length in new[] { Header, Header + 1, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Refuses(path, $"it is cut off: 1100 records make {whole.Length} bytes; found {length}");
        }

        File.WriteAllBytes(path, [.. whole, 0]);
        Refuses(path, $"it is too long: 1100 records make {whole.Length} bytes; found {whole.Length + 1}");
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_one_line()
    {
        var missing = Path.Combine(_folder, "none.bin");
        Assert.Equal(
            $"{missing}: cannot be read: no such file or folder; make it again with strikeline bench generate",
            Assert.Throws<WorkloadException>(() => WorkloadFile.Load(missing)).Message);
        var line = Assert.Throws<WorkloadException>(() => WorkloadFile.Load(_folder)).Message;
        Assert.StartsWith($"{_folder}: cannot be read: ", line);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void What_cannot_be_made_leaves_nothing_behind()
    {
        var path = Path.Combine(_folder, "no.bin");
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => WorkloadFile.Generate(path, Small, _ => stop.Cancel(), stop.Token));

        // So wide a grid puts a buyer below zero sooner or later.
        var wide = Small with { Grid = WorkloadParameters.MaxGrid, Operations = 1_000_000 };
        var line = Assert.Throws<WorkloadException>(() => Make("no.bin", wide)).Message;
        Assert.Matches(@"^operation \d+ would have the price -\d+; a smaller grid, or another seed, keeps prices above 0$", line);
        Assert.Equal(
            "symbols times depth: found 1000000000; 1 to 100000000 is allowed",
            Assert.Throws<WorkloadException>(() => Make("no.bin", new WorkloadParameters(1_000, 1_000_000, 1, 1, 1))).Message);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private static int At(int record) => Header + (record * Record);

    private static byte[] Number(ulong value) => BitConverter.GetBytes(value);

    // Works records off with lists and loops; trades are folded in the order of the records.
    private static (ulong Hash, ulong Trades, ulong Quantity) Work(
        NaiveBook[] books, ReadOnlySpan<WorkloadRecord> records)
    {
        var (hash, trades, quantity) = (WorkloadFigures.FirstHash, 0UL, 0UL);
        foreach (var record in records)
        {
            var book = books[(int)record.Symbol];
            var seen = book.Events.Count;
            Work(book, record);
            foreach (var trade in book.Events.Skip(seen).OfType<NaiveEvent.Trade>())
            {
                hash = WorkloadFigures.Fold(hash, (ulong)trade.Taker, (ulong)trade.Maker, (ulong)trade.Price, (ulong)trade.Quantity);
                trades++;
                quantity += (ulong)trade.Quantity;
            }
        }

        return (hash, trades, quantity);
    }

    private static void Work(NaiveBook book, in WorkloadRecord record)
    {
        switch (record.Op)
        {
            case WorkloadOp.New:
                book.Place(new NaiveOrder
                {
                    Id = (long)record.Id, Account = (int)record.Uid, Side = record.Side, Price = record.Price,
                    Remaining = record.Quantity, Life = record.ImmediateOrCancel == 1 ? TimeInForce.Ioc : TimeInForce.Gtc,
                    SelfTrade = SelfTrade.Allow,
                });
                break;
            case WorkloadOp.Cancel:
                book.Cancel((long)record.Id, (int)record.Uid);
                break;
            default:
                book.Replace((long)record.Id, (int)record.Uid, record.Price, record.Quantity, SelfTrade.Allow);
                break;
        }
    }

    private static void Refuses(string path, string line) => Assert.Equal(
        $"{path}: {line}; make it again with strikeline bench generate",
        Assert.Throws<WorkloadException>(() => WorkloadFile.Load(path)).Message);

    private string Make(string name, WorkloadParameters parameters)
    {
        var path = Path.Combine(_folder, name);
        WorkloadFile.Generate(path, parameters, _ => { }, CancellationToken.None);
        return path;
    }
}
