using System.Text.Json;

namespace Strikeline.SystemTests.Exchange;

/// <summary>Holds what a client was told against what is in the journal.</summary>
internal sealed class Proof
{
    private const int Listings = 5;
    private const int Window = 4_000;

    private readonly Client _client;
    private readonly List<(int Type, Asked Asked)> _records = [];
    private ulong _first;

    private Proof(Client client) => _client = client;

    /// <summary>Records that are there.</summary>
    public int Records => _records.Count;

    /// <summary>Answers that were never seen, because a crash came between the disk and the client.</summary>
    public int Unseen { get; private set; }

    /// <summary>Answers that said: done before.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Every acknowledged command that the journal still holds is there under its sequence, and nothing is
    /// there that nobody sent.</summary>
    public static async Task<Proof> OfRecordsAsync(Client client)
    {
        var proof = new Proof(client);
        await proof.DumpAsync();
        proof.Compare();
        return proof;
    }

    /// <summary>The above, and: the same commands in another process have the same outcome in every answer, nothing was
    /// done twice, the events are numbered without a gap, and every balance is what the client has worked
    /// out.</summary>
    public static async Task<Proof> OfAllAsync(Client client, string[] options)
    {
        var proof = await OfRecordsAsync(client);
        Assert.Equal(1UL, proof._first);
        var told = await proof.RunAgainAsync();
        var money = proof.Weigh(told);
        await proof.PayOutAsync(money, options);
        return proof;
    }

    // Without the snapshots, the journal is read from its first record on. Where the first ones are gone, the older
    // snapshot leads to those that are left.
    private async Task DumpAsync()
    {
        var kept = await Verified.OfAsync(_client.Folder, _client.Within);
        Assert.True(kept.Ok, kept.Text);
        var bare = Path.Combine(_client.Folder, "bare");
        string[] script =
        [
            .. _client.Within, "/bin/sh", "-c",
            """
            mkdir "$0/bare" && ln -s "$0"/*.sljournal "$0/journal.mark" "$0/bare"
            test "$1" -le 1 || ln -s $(ls "$0"/*.slsnapshot | head -n 1) "$0/bare"
            """,
            _client.Folder, $"{kept.FirstSequence}",
        ];
        var linked = await Run.ToEndAsync(script[0], script[1..]);
        Assert.True(linked.Code == 0, linked.Error);
        var whole = await Verified.OfAsync(bare, _client.Within);
        Assert.True(whole.Ok, whole.Text);
        Assert.Equal(kept.LastSequence, whole.LastSequence);
        Assert.Equal(kept.StateHash, whole.StateHash);
        string[] dump = [.. _client.Within, Checkout.Program, "journal", "dump", bare, "--json"];
        var dumped = await Run.ToEndAsync(dump[0], dump[1..]);
        Assert.Equal(0, dumped.Code);
        foreach (var line in dumped.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Take(JsonElement.Parse(line));
        }

        Assert.Equal(kept.LastSequence, _first + (ulong)_records.Count - 1);
        string[] gone = [.. _client.Within, "/bin/rm", "-r", bare];
        Assert.Equal(0, (await Run.ToEndAsync(gone[0], gone[1..])).Code);
    }

    private void Take(JsonElement record)
    {
        if (!record.TryGetProperty("sequence", out var sequence))
        {
            return;
        }

        if (_records.Count == 0)
        {
            _first = sequence.GetUInt64();
        }

        Assert.Equal(_first + (ulong)_records.Count, sequence.GetUInt64());
        var type = record.GetProperty("type").GetInt32();
        var payload = Convert.FromHexString(record.GetProperty("payload").GetString()!);
        _records.Add((type, type == 1 ? Asked.Of(payload) : default));
    }

    private void Compare()
    {
        foreach (var answer in _client.Answers.Where(answer => answer.Sequence >= _first))
        {
            var at = (int)(answer.Sequence - _first);
            Assert.True(at < _records.Count, $"sequence {answer.Sequence} was acknowledged and is lost");
            if (answer.Tag != 0)
            {
                Assert.Equal((1, _client.Sent[(int)answer.Tag - 1]), _records[at]);
            }
        }

        var sent = _client.Sent.ToHashSet();
        foreach (var (record, i) in _records.Select((record, i) => (record, i)))
        {
            Assert.True(
                record.Type is 2 or 3 || (record.Type == 1 && sent.Contains(record.Asked)),
                $"nobody has sent record {_first + (ulong)i}: {record}");
        }
    }

    // The answers of a second exchange to the commands of the journal, by sequence.
    private async Task<List<Answer>> RunAgainAsync()
    {
        var log = Path.Combine(_client.Root, "again.jsonl");
        await using (var again = PipeRun.Start(Path.Combine(_client.Root, "again"), log, []))
        {
            Array.ForEach(Market.Listings, line => again.Send(line));
            Assert.True(again.WaitBelow(0));
            for (var i = Listings; i < _records.Count; i++)
            {
                again.Send(_records[i].Asked.ToLine(i + 1));
                if (i % 500 == 0)
                {
                    again.WaitBelow(Window);
                }
            }

            Assert.True(again.WaitBelow(0));
            Assert.Equal(0, await again.CloseAsync());
        }

        var told = Answer.In(log).ToList();
        Assert.Equal(_records.Count, told.Count);
        foreach (var answer in _client.Answers)
        {
            Assert.Equal(told[(int)answer.Sequence - 1].Events, answer.Events);
        }

        Unseen = told.Count - _client.Answers.Count;
        return told;
    }

    private Money Weigh(List<Answer> told)
    {
        var money = new Money();
        var done = new Dictionary<(int Account, UInt128 ClientId), JsonElement>();
        foreach (var (answer, i) in told.Select((answer, i) => (answer, i)))
        {
            Assert.Equal((ulong)i + 1, answer.Sequence);
            var asked = _records[i].Asked;
            var events = JsonElement.Parse(answer.Events);
            money.Take(asked, events);
            var key = (asked.Account, asked.ClientId);
            if (!asked.IsOnce || events[0].GetProperty("type").GetString() == "rejected")
            {
                continue;
            }

            if (events[0].GetProperty("type").GetString() == "duplicate")
            {
                Duplicates++;
                Assert.True(done.TryGetValue(key, out var before), $"{asked} was never done");
                if (asked.Type == Ask.Place)
                {
                    Assert.Equal(before.GetProperty("order").GetInt64(), events[0].GetProperty("order").GetInt64());
                }
            }
            else
            {
                Assert.True(done.TryAdd(key, events[0]), $"{asked} was done twice, again at {answer.Sequence}");
            }
        }

        money.Check();
        return money;
    }

    // With all orders cancelled everything is available: exactly that can be withdrawn, and not one atom more.
    private async Task PayOutAsync(Money money, string[] options)
    {
        await using var run = await _client.StartAsync(options);
        Assert.True(_client.IsReady(run));
        _client.Ask(run, new Asked { Type = Ask.CancelAll, Account = -1, Instrument = -1 });
        var expected = new List<(string, long)>();
        foreach (var (account, asset, atoms) in money.Balances())
        {
            var all = new Asked
            {
                Type = Ask.Withdraw,
                Account = account,
                Target = asset,
                Quantity = atoms,
                ClientId = _client.Name(),
            };
            if (atoms > 0)
            {
                _client.Ask(run, all);
                expected.Add(("transferred", -atoms));
            }

            _client.Ask(run, all with { Quantity = 1, ClientId = _client.Name() });
            expected.Add(("insufficient_funds", 0));
        }

        Assert.Equal(0, await run.CloseAsync());
        var told = _client.Read(run).Skip(1).Select(answer => JsonElement.Parse(answer.Events)[0]).ToList();
        Assert.Equal(expected, told.Select(e => e.GetProperty("type").GetString() == "transferred"
            ? ("transferred", e.GetProperty("quantity").GetInt64())
            : (e.GetProperty("reason").GetString()!, 0L)));
    }
}

/// <summary>A client's own arithmetic: who has what, from the events alone.</summary>
internal sealed class Money
{
    private readonly Dictionary<long, byte> _sides = [];
    private readonly Int128[] _cameIn = new Int128[Market.Assets];
    private readonly List<long[]> _balances = [new long[Market.Assets]];
    private ulong _events;

    /// <summary>All accounts, the house too, and all assets.</summary>
    public IEnumerable<(int Account, int Asset, long Atoms)> Balances() => _balances.SelectMany(
        (row, account) => row.Select((atoms, asset) => (account, asset, atoms)));

    /// <summary>Takes in what came of a command.</summary>
    public void Take(Asked asked, JsonElement events)
    {
        foreach (var e in events.EnumerateArray())
        {
            Assert.Equal(++_events, e.GetProperty("sequence").GetUInt64());
            switch (e.GetProperty("type").GetString())
            {
                case "account_opened":
                    Assert.Equal(_balances.Count, e.GetProperty("account").GetInt32());
                    _balances.Add(new long[Market.Assets]);
                    break;
                case "transferred":
                    var (asset, atoms) = (e.GetProperty("instrument").GetInt32(), e.GetProperty("quantity").GetInt64());
                    _balances[e.GetProperty("account").GetInt32()][asset] += atoms;
                    _cameIn[asset] += atoms;
                    break;
                case "accepted":
                    _sides.Add(e.GetProperty("order").GetInt64(), asked.Side);
                    break;
                case "trade":
                    Trade(e);
                    break;
            }
        }
    }

    /// <summary>Nobody is in debt, and nothing was made or lost.</summary>
    public void Check()
    {
        Assert.All(Balances(), balance => Assert.True(balance.Atoms >= 0, $"{balance} is below zero"));
        for (var asset = 0; asset < Market.Assets; asset++)
        {
            Assert.Equal(_cameIn[asset], _balances.Aggregate((Int128)0, (sum, row) => sum + row[asset]));
        }
    }

    private void Trade(JsonElement trade)
    {
        var instrument = trade.GetProperty("instrument").GetInt32();
        var lots = trade.GetProperty("quantity").GetInt64();
        var @base = Market.BaseAtoms(instrument, lots);
        var quote = Market.QuoteAtoms(instrument, trade.GetProperty("price").GetInt64(), lots);
        var (taker, maker) = (trade.GetProperty("account").GetInt32(), trade.GetProperty("maker_account").GetInt32());
        var takerBuys = _sides[trade.GetProperty("order").GetInt64()] == 0;
        Assert.NotEqual(
            _sides[trade.GetProperty("order").GetInt64()], _sides[trade.GetProperty("maker").GetInt64()]);
        var (buyer, seller) = takerBuys ? (taker, maker) : (maker, taker);
        var (takerFee, makerFee) = (trade.GetProperty("taker_fee").GetInt64(), trade.GetProperty("maker_fee").GetInt64());
        var (buyerFee, sellerFee) = takerBuys ? (takerFee, makerFee) : (makerFee, takerFee);
        var asset = Market.BaseOf(instrument);
        _balances[buyer][Market.Quote] -= quote;
        _balances[buyer][asset] += @base - buyerFee;
        _balances[seller][asset] -= @base;
        _balances[seller][Market.Quote] += quote - sellerFee;
        _balances[0][asset] += buyerFee;
        _balances[0][Market.Quote] += sellerFee;
    }
}
