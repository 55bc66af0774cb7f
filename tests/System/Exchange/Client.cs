using System.Text.Json;

namespace Strikeline.SystemTests.Exchange;

/// <summary>What <c>journal verify</c> says of a folder.</summary>
internal sealed record Verified(bool Ok, ulong FirstSequence, ulong LastSequence, string StateHash, string Text)
{
    /// <summary>Asks it.</summary>
    public static async Task<Verified> OfAsync(string folder, params string[] under)
    {
        string[] all = [.. under, Checkout.Program, "journal", "verify", folder, "--json"];
        var ended = await Run.ToEndAsync(all[0], all[1..]);
        if (ended.Output.Length == 0)
        {
            return new Verified(false, 0, 0, "", ended.Error.TrimEnd());
        }

        var said = JsonElement.Parse(ended.Output);
        var ok = said.GetProperty("ok").GetBoolean();
        Assert.Equal(ok ? 0 : 1, ended.Code);
        return ok
            ? new Verified(
                true, said.GetProperty("firstSequence").GetUInt64(), said.GetProperty("lastSequence").GetUInt64(),
                said.GetProperty("stateHash").GetString()!, ended.Output)
            : new Verified(false, 0, 0, "", ended.Output);
    }
}

/// <summary>A client that sees its exchange die again and again, and knows what it asked for and what it was told.</summary>
/// <remarks>What it was told is read from its synced logs, one for each life of the exchange.</remarks>
/// <param name="seed">Of the crowd's commands.</param>
/// <param name="root">A folder for all that belongs to it, deleted at the end.</param>
/// <param name="folder">The journal's.</param>
/// <param name="within">What starts every program where the folder is; none where it is everywhere.</param>
internal sealed class Client(int seed, string root, string folder, params string[] within) : IDisposable
{
    private readonly List<Asked> _sent = [];
    private readonly SortedSet<long> _open = [];
    private readonly Market _market = new(seed);
    private Verified? _found;
    private bool _hasBegun;
    private long[] _again = [];

    /// <summary>The journal's folder.</summary>
    public string Folder => folder;

    /// <summary>What starts a program where the folder is.</summary>
    public string[] Within => within;

    /// <summary>The folder of all that belongs to it.</summary>
    public string Root => root;

    /// <summary>The logs of its lives.</summary>
    public List<string> Logs { get; } = [];

    /// <summary>Everything that was sent, by tag; tag 0 is nobody's.</summary>
    public IReadOnlyList<Asked> Sent => _sent;

    /// <summary>Answers that count, of all lives that have ended.</summary>
    public List<Answer> Answers { get; } = [];

    /// <summary>The highest sequence that was acknowledged.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>Makes one with a folder of its own.</summary>
    public static Client Make(int seed)
    {
        var root = Directory.CreateTempSubdirectory("strikeline-exchange-").FullName;
        return new Client(seed, root, Path.Combine(root, "journal"));
    }

    /// <summary>Starts the exchange on what another process finds to be sound.</summary>
    public async Task<PipeRun> StartAsync(string[] options, params string[] under)
    {
        _found = null;
        if (_hasBegun)
        {
            _found = await Verified.OfAsync(folder, within);
            Assert.True(_found.Ok, _found.Text);
            Assert.True(
                _found.LastSequence >= Acknowledged, $"{Acknowledged} was acknowledged, {_found.LastSequence} is left");
        }

        _again = [.. _open];
        Logs.Add(Path.Combine(root, $"told-{Logs.Count}.jsonl"));
        return PipeRun.Start(folder, Logs[^1], options, [.. within, .. under]);
    }

    /// <summary>Waits until it has read the journal: it has the state that another process has computed. False where it
    /// ended before.</summary>
    public bool IsReady(PipeRun run)
    {
        if (run.Ready() is not { } ready)
        {
            return false;
        }

        _hasBegun = true;
        if (_found is not null)
        {
            Assert.Equal(_found.StateHash, ready.GetProperty("state_hash").GetString());
            Assert.Equal(_found.LastSequence, ready.GetProperty("last_sequence").GetUInt64());
        }

        return true;
    }

    /// <summary>Lists everything and opens the accounts; false where that was not all done.</summary>
    public bool Open(PipeRun run)
    {
        Array.ForEach(Market.Listings, line => run.Send(line));
        if (!run.WaitBelow(0))
        {
            return false;
        }

        foreach (var asked in _market.Opening())
        {
            Send(run, asked);
        }

        return run.WaitBelow(0);
    }

    /// <summary>Sends again what has no answer, and then new commands, with at most so many in flight; ends early
    /// where the exchange does.</summary>
    public void Load(PipeRun run, int most, int window)
    {
        if (!IsReady(run))
        {
            return;
        }

        if (_sent.Count == 0 && !Open(run))
        {
            return;
        }

        foreach (var tag in _again)
        {
            if (!run.WaitBelow(window) || !run.Send(_sent[(int)tag - 1].ToLine(tag)))
            {
                return;
            }
        }

        _again = [];
        for (var sent = 0; sent < most && run.WaitBelow(window); sent++)
        {
            for (var i = 0; i < Math.Max(1, window / 8); i++, sent++)
            {
                Send(run, _market.Next());
            }
        }
    }

    /// <summary>Sends one command, and waits until all are answered.</summary>
    public void Ask(PipeRun run, Asked asked)
    {
        Send(run, asked);
        Assert.True(run.WaitBelow(0), $"no answer: {run.Refused}");
    }

    /// <summary>A command of the crowd.</summary>
    public Asked Next() => _market.Next();

    /// <summary>A client id that was not used yet.</summary>
    public UInt128 Name() => _market.Name();

    /// <summary>Reads the log of a life that has ended.</summary>
    public List<Answer> Read(PipeRun run)
    {
        Assert.Empty(run.Surprises);
        Assert.Equal(0, run.AnswersBehindRefusal);
        var told = Answer.In(Logs[^1]).ToList();
        Assert.Equal(run.Answers, told.Count);
        foreach (var answer in told)
        {
            Assert.True(
                answer.Sequence > Acknowledged, $"sequence {answer.Sequence} was told behind {Acknowledged}");
            Acknowledged = answer.Sequence;
            if (answer.Tag != 0)
            {
                Assert.True(_open.Remove(answer.Tag), $"tag {answer.Tag} was answered twice");
            }
        }

        Answers.AddRange(told);
        return told;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(root, recursive: true);

    private void Send(PipeRun run, Asked asked)
    {
        _sent.Add(asked);
        _open.Add(_sent.Count);
        run.Send(asked.ToLine(_sent.Count));
    }
}
