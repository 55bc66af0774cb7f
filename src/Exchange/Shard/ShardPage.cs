namespace Strikeline.Exchange;

/// <summary>Commands that ran one behind the other, and what came of each.</summary>
/// <param name="notes">Whether levels and balances are noted.</param>
public sealed class ShardPage(bool notes = true)
{
    /// <summary>Most commands of a page.</summary>
    public const int MostCommands = 256;

    private readonly Command[] _commands = new Command[MostCommands];
    private readonly long[] _tags = new long[MostCommands];
    private readonly int[] _ends = new int[MostCommands];
    private readonly PageNotes _notes = new(MostCommands);
    private ExchangeEvent[] _events = new ExchangeEvent[MostCommands * 2];

    /// <summary>How many commands; 0 where the page is a listing.</summary>
    public int Count { get; private set; }

    /// <summary>The journal's sequence of the first command.</summary>
    public ulong FirstSequence { get; private set; }

    /// <summary>The journal's sequence of the last command, or of the listing.</summary>
    public ulong LastSequence => FirstSequence + (ulong)Math.Max(1, Count) - 1;

    /// <summary>The commands, with the time that they ran at.</summary>
    public ReadOnlySpan<Command> Commands => _commands.AsSpan(0, Count);

    /// <summary>The core's time when it ran, nanoseconds since the Unix epoch.</summary>
    public long AtNanos { get; private set; }

    /// <summary>What the callers gave along with the commands, or with the listing.</summary>
    public ReadOnlySpan<long> Tags => _tags.AsSpan(0, Math.Max(1, Count));

    /// <summary>All events of the page.</summary>
    public ReadOnlySpan<ExchangeEvent> Events => _events.AsSpan(0, EventCount);

    /// <summary>What the levels that the commands have touched show behind the last of them; one may be there more than
    /// once.</summary>
    public ReadOnlySpan<LevelChange> Levels => _notes.Levels;

    /// <summary>What the accounts that the commands have touched have behind the last of them; as above.</summary>
    public ReadOnlySpan<BalanceChange> Balances => _notes.Balances;

    private int EventCount { get; set; }

    /// <summary>What came of a command.</summary>
    public ReadOnlySpan<ExchangeEvent> EventsOf(int command)
    {
        var start = command == 0 ? 0 : _ends[command - 1];
        return _events.AsSpan(start, _ends[command] - start);
    }

    /// <summary>Takes commands that wait.</summary>
    internal int Fill(ShardInbox inbox) => Count = inbox.Take(_commands, _tags);

    /// <summary>Takes a command that the shard itself gives.</summary>
    internal void Fill(in Command command) => (_commands[0], _tags[0], Count) = (command, 0, 1);

    /// <summary>A page that is a listing; orders that were due by then have expired in it.</summary>
    internal void FillNothing(long tag, Pipeline pipeline, EventBuffer events)
    {
        (_tags[0], Count) = (tag, 0);
        Note(pipeline, events);
    }

    /// <summary>Runs the commands, all at one time.</summary>
    internal void Run(Pipeline pipeline, EventBuffer events, long now)
    {
        for (var i = 0; i < Count; i++)
        {
            _commands[i].AtNanos = now;
        }

        pipeline.Run(Commands, _ends);
        Note(pipeline, events);
    }

    /// <summary>Keeps the events that the pipeline wrote; the buffer gets another array for the next ones.</summary>
    internal void Keep(EventBuffer events, ulong firstSequence)
    {
        EventCount = events.Events.Length;
        _events = events.Swap(_events);
        FirstSequence = firstSequence;
    }

    private void Note(Pipeline pipeline, EventBuffer events)
    {
        AtNanos = pipeline.NowNanos;
        _notes.Clear();
        if (notes)
        {
            pipeline.Note(events.Events, _notes);
        }
    }
}
