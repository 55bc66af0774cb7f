using System.IO.Compression;
using System.Text;
using Strikeline.Lab;
using Strikeline.Unit.TestKit;

namespace Strikeline.Unit.Lab;

/// <summary>Recordings of other projects, line by line, and what is wrong with them in one clear line.</summary>
public sealed class RecordingFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strikeline-recordings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_line_shape_is_read_and_connection_and_sent_lines_are_skipped()
    {
        var frames = Read(Write("all.txt", """
            wss://stream.test:9443/stream <-> 1618677371.5
            wss://stream.test:9443/stream <- 1618677371.6: {"method":"SUBSCRIBE"}
            1723161253937085768 {"stream":"btcusdt@trade","data":1}
            1618677372.17: {"a":1}
            https://www.test.com/api/v3/depth?symbol=BTCUSDT&limit=1000 -> 1618677372.5: {"lastUpdateId":1}
            {"kind": "sent", "json": {"op": "subscribe"}}
            {"kind": "reply", "json": {"result": null}}
            {"json": {"x": [1, 2]}, "kind": "message"}
            {"kind":5,"json":{"y":1}}
            {"\ud800":1}

            {"topic":"orderbook.1.X","ts":1733011200691}
            """));
        Assert.Equal(
            [
                "{\"stream\":\"btcusdt@trade\",\"data\":1}", "{\"a\":1}", "{\"lastUpdateId\":1}", "{\"result\": null}",
                "{\"json\": {\"x\": [1, 2]}, \"kind\": \"message\"}", "{\"y\":1}", "{\"\\ud800\":1}",
                "{\"topic\":\"orderbook.1.X\",\"ts\":1733011200691}",
            ],
            frames.Select(frame => frame.Text));
        Assert.Equal(1_723_161_253_937_085_768, frames[0].Nanos);
        Assert.Equal(1_618_677_372_170_000_000, frames[1].Nanos);
        Assert.Equal("/api/v3/depth?symbol=BTCUSDT&limit=1000", frames[2].Context);
        Assert.Equal(1_618_677_372_500_000_000, frames[2].Nanos);
    }

    [Fact]
    public void A_snapshot_without_its_request_belongs_to_the_stream_around_it()
    {
        var frames = Read(Write("own.txt", """
            1 {"stream":"ethusdt@trade","data":1}
            2 {"lastUpdateId":7,"bids":[],"asks":[]}
            """));
        Assert.Equal("/api/v3/depth?symbol=ethusdt", frames[1].Context);
    }

    [Fact]
    public void A_document_over_many_lines_is_one_frame()
    {
        var frames = Read(Write("document.json", "{\n  \"channel\": \"heartbeat\"\n}\n"));
        Assert.Equal("{\n  \"channel\": \"heartbeat\"\n}\n", Assert.Single(frames).Text);
    }

    [Fact]
    public void Lines_of_every_length_survive_the_buffer()
    {
        var random = new Random(9);
        var lines = Enumerable.Range(0, 400)
            .Select(i => $"{{\"n\":\"{new string('x', random.Next(8) == 0 ? random.Next(300_000) : random.Next(300))}\"}}")
            .ToArray();
        foreach (var end in new[] { "\n", "\r\n" })
        {
            foreach (var zipped in new[] { false, true })
            {
                var path = Write($"lines{end.Length}{zipped}.txt", string.Join(end, lines), zipped);
                Assert.Equal(lines, Read(path).Select(frame => frame.Text));
            }
        }
    }

    [Fact]
    public void Files_are_merged_by_receive_time_and_equal_times_keep_the_order_of_the_files()
    {
        var a = Write("a.txt", "1 {\"a\":1}\n5 {\"a\":5}\n5 {\"a\":6}\n9 {\"a\":9}");
        var b = Write("b.txt", "0 {\"b\":0}\n5 {\"b\":5}\n7 {\"b\":7}");
        Assert.Equal(
            ["{\"b\":0}", "{\"a\":1}", "{\"a\":5}", "{\"a\":6}", "{\"b\":5}", "{\"b\":7}", "{\"a\":9}"],
            Read(a, b).Select(frame => frame.Text));
    }

    [Fact]
    public void A_missing_file_is_one_line_with_its_name()
    {
        var fault = Assert.Throws<RecordingException>(() => RecordingFiles.Open([Path.Combine(_folder, "none.txt")]));
        Assert.Contains("none.txt", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Theory]
    [InlineData("flipped", false)]
    [InlineData("truncated", false)]
    [InlineData("flipped", true)]
    [InlineData("truncated", true)]
    public void A_damaged_file_is_one_line_with_its_name_and_place(string damage, bool csv)
    {
        var random = new Random(3);
        var text = csv
            ? "TimestampOfReceive,Stream,EventType,EventTime,Symbol,FirstUpdateId,FinalUpdateId,IsAsk,Price,Quantity\n"
                + string.Join('\n', Enumerable.Range(1, 20_000).Select(i =>
                    $"{i},trxusdt@depth,depthUpdate,{i},TRXUSDT,{i},{i},{i % 2},0.{random.Next(1, 9_999):D4},{random.Next(1, 9)}"))
            : string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"{i} {{\"n\":{random.Next()}}}"));
        var path = Write("damaged.txt.gz", text, zipped: true);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 0x55;
        bytes[(bytes.Length / 2) + 1] ^= 0x55;
        File.WriteAllBytes(path, damage == "flipped" ? bytes : File.ReadAllBytes(path)[..(bytes.Length / 2)]);
        var fault = Assert.Throws<RecordingException>(() => Read(path));
        Assert.Contains("damaged.txt.gz", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void An_empty_file_has_no_frames_and_no_venue()
    {
        var path = Write("empty.txt", "");
        Assert.Empty(Read(path));
        Assert.Contains("--venue", Assert.Throws<RecordingException>(() => RecordingFiles.Open([path])).Message, StringComparison.Ordinal);
    }

    private static List<RecordedFrame> Read(params string[] paths)
    {
        using var source = RecordingFiles.Open(paths, Venue.Bybit);
        var frames = new List<RecordedFrame>();
        while (source.MoveNext())
        {
            frames.Add(new RecordedFrame(source.ReceivedNanos, source.Context, source.Payload.ToArray()));
        }

        return frames;
    }

    private string Write(string name, string text, bool zipped = false)
    {
        var path = Path.Combine(_folder, name);
        using Stream file = zipped
            ? new GZipStream(File.Create(path), CompressionLevel.Fastest)
            : File.Create(path);
        file.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }
}
