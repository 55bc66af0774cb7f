using Strikeline.Kernel;

namespace Strikeline.Venues.Connection;

/// <summary>Decides, a few times a second, which books to ask for again and when a connection no longer
/// serves.</summary>
/// <remarks>
/// Feed loop only. One for each of a feed's two connections: what one has asked for says nothing of the other.
/// </remarks>
internal sealed class Supervision(VenueDesk desk, bool snapshotsByRest)
{
    private const long MostPatienceNanos = 60 * Stamps.NanosPerSecond;
    private const long CrossedPatienceNanos = 2 * Stamps.NanosPerSecond;
    private const long SilencePatienceNanos = 2 * Stamps.NanosPerSecond;
    private const long SettlingNanos = 10 * Stamps.NanosPerSecond;
    private const long NothingAtAllNanos = 15 * Stamps.NanosPerSecond;
    private const long SpacingNanos = 300 * Stamps.NanosPerSecond;
    private const long WideningNanos = 5 * Stamps.NanosPerSecond;
    private const int MaxResyncs = 6;

    // A snapshot by REST must be younger than the stream's first difference, which comes within a moment. Over the
    // socket
    // the first snapshot is on its way by itself, and may be megabytes: asking again too soon only doubles it.
    private readonly long _firstPatienceNanos = snapshotsByRest
        ? 300 * Stamps.NanosPerMilli
        : 5 * Stamps.NanosPerSecond;

    private readonly Dictionary<Symbol, Case> _cases = [];
    private readonly HashSet<Symbol> _askedWhileStale = [];
    private readonly List<(Symbol Symbol, BookProof Proof)> _unproven = [];
    private readonly List<Symbol> _stale = [];
    private readonly List<Symbol> _narrow = [];
    private readonly List<Symbol> _resync = [];
    private long _beganNanos;
    private long _frozenSinceNanos;
    private long _nothingSinceNanos;
    private long _succeededForOneNanos;
    private long _widenNanos;

    /// <summary>What to do about a connection.</summary>
    /// <param name="Resync">Books to ask for again.</param>
    /// <param name="Replace">Why it must end now; null where it serves.</param>
    /// <param name="Succeed">Why another one should grow beside it and take over; null where it need not.</param>
    public readonly record struct Verdict(IReadOnlyList<Symbol> Resync, string? Replace, string? Succeed);

    /// <summary>Another connection is judged from now on.</summary>
    public void Begin(long now)
    {
        _beganNanos = now;
        _frozenSinceNanos = 0;
        _nothingSinceNanos = 0;
        _cases.Clear();
        _askedWhileStale.Clear();
    }

    /// <summary>Judges the active connection.</summary>
    /// <param name="connection">Its number.</param>
    /// <param name="mayAsk">False while the venue wants no requests: then nothing is asked for and nobody's
    /// fault.</param>
    /// <param name="now">Now, nanoseconds since the Unix epoch.</param>
    public Verdict Inspect(int connection, bool mayAsk, long now)
    {
        var shutdown = desk.Inspect(connection, now, _unproven, _stale, _narrow);
        _resync.Clear();
        string? replace = null;
        if (mayAsk)
        {
            replace = ResyncUnproven(now);
            WidenNarrow(now);
        }

        Forgive();
        replace ??= JudgeNothing(mayAsk, now);
        var succeed = shutdown ? "the venue announced its end" : null;
        JudgeSilence(now, ref replace, ref succeed);
        return new Verdict(_resync, replace, succeed);
    }

    /// <summary>Judges a connection that is not the active one yet: only whether its books come about.</summary>
    public Verdict Grow(int connection, long now)
    {
        desk.Inspect(connection, now, _unproven, _stale, _narrow);
        _resync.Clear();
        var replace = ResyncUnproven(now);
        Forgive();
        return new Verdict(_resync, replace, null);
    }

    private string? ResyncUnproven(long now)
    {
        string? worst = null;
        foreach (var (symbol, proof) in _unproven)
        {
            worst ??= Resync(symbol, proof, now);
        }

        // One pair that never comes about, perhaps because the venue does not list it, must not cost the good books.
        return worst is not null && _unproven.Count * 2 >= desk.Symbols.Count ? worst : null;
    }

    private string? Resync(Symbol symbol, BookProof proof, long now)
    {
        if (!_cases.TryGetValue(symbol, out var open))
        {
            // What broke is asked for at once; what has not come yet is waited for.
            var patience = proof switch
            {
                BookProof.Crossed => CrossedPatienceNanos,
                BookProof.Waiting or BookProof.AwaitingSnapshot => _firstPatienceNanos,
                _ => 0,
            };
            open = new Case { NextNanos = now + patience };
            _cases.Add(symbol, open);
        }

        if (now < open.NextNanos)
        {
            return null;
        }

        open.Tries++;
        open.NextNanos = now + Math.Min(_firstPatienceNanos << Math.Min(open.Tries, 10), MostPatienceNanos);
        _resync.Add(symbol);
        return open.Tries > MaxResyncs ? $"{symbol} stayed {proof.Code()} after {MaxResyncs} fresh snapshots" : null;
    }

    private void WidenNarrow(long now)
    {
        if (_narrow.Count > 0 && now >= _widenNanos)
        {
            _widenNanos = now + WideningNanos;
            _resync.AddRange(_narrow);
        }
    }

    private void Forgive()
    {
        foreach (var symbol in _cases.Keys.ToArray())
        {
            if (!_unproven.Exists(item => item.Symbol == symbol))
            {
                _cases.Remove(symbol);
            }
        }

        _askedWhileStale.RemoveWhere(symbol => !_stale.Contains(symbol));
    }

    private string? JudgeNothing(bool mayAsk, long now)
    {
        if (_unproven.Count < desk.Symbols.Count || !mayAsk)
        {
            _nothingSinceNanos = 0;
            return null;
        }

        _nothingSinceNanos = _nothingSinceNanos == 0 ? now : _nothingSinceNanos;
        return now - _nothingSinceNanos > NothingAtAllNanos ? "no book was proven in 15 s" : null;
    }

    // What was silent before this connection began says nothing of it until it has had time to speak.
    private void JudgeSilence(long now, ref string? replace, ref string? succeed)
    {
        if (_stale.Count == 0 || now - _beganNanos < SettlingNanos)
        {
            _frozenSinceNanos = 0;
            return;
        }

        foreach (var symbol in _stale)
        {
            if (_askedWhileStale.Add(symbol) && !_resync.Contains(symbol))
            {
                _resync.Add(symbol);
            }
        }

        _frozenSinceNanos = _frozenSinceNanos == 0 ? now : _frozenSinceNanos;
        if (now - _frozenSinceNanos < SilencePatienceNanos)
        {
            return;
        }

        if (_stale.Count == desk.Symbols.Count)
        {
            replace ??= "nothing changes on any instrument, whatever the socket says";
        }
        else if (now - _frozenSinceNanos > SettlingNanos
            && (_succeededForOneNanos == 0 || now - _succeededForOneNanos > SpacingNanos))
        {
            // One silent pair among lively ones: the others keep their books until another connection has them too.
            _succeededForOneNanos = now;
            succeed ??= $"{_stale[0]} went silent";
        }
    }

    private sealed class Case
    {
        public int Tries { get; set; }

        public long NextNanos { get; set; }
    }
}
