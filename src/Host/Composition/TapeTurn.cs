namespace Strikeline.Host.Composition;

/// <summary>One after the other: what is awaited in a turn goes on at the end of that turn or of a later one, in order,
/// so that equal tapes give equal decisions.</summary>
/// <remarks>Any thread posts; whoever holds the turn works off what was posted before it leaves.</remarks>
internal sealed class TapeTurn : SynchronizationContext
{
    private readonly Lock _gate = new();
    private readonly Queue<(SendOrPostCallback Work, object? State)> _waiting = new();
    private bool _isOver;

    /// <summary>Takes the turn until disposed.</summary>
    public Held Enter()
    {
        var before = Current;
        SetSynchronizationContext(this);
        return new Held(this, before);
    }

    /// <summary>Nobody will take the turn any more: what waits, and what comes, goes to the thread pool.</summary>
    public void LetGo()
    {
        lock (_gate)
        {
            _isOver = true;
        }

        while (TryTake(out var next))
        {
            Pool(next.Work, next.State);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _waiting.Enqueue((d, state));
                return;
            }
        }

        Pool(d, state);
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    private static void Pool(SendOrPostCallback work, object? state) =>
        ThreadPool.QueueUserWorkItem(_ => work(state));

    private bool TryTake(out (SendOrPostCallback Work, object? State) next)
    {
        lock (_gate)
        {
            return _waiting.TryDequeue(out next);
        }
    }

    private void Leave(SynchronizationContext? before)
    {
        while (TryTake(out var next))
        {
            next.Work(next.State);
        }

        SetSynchronizationContext(before);
    }

    /// <summary>The turn while it is held.</summary>
    internal readonly struct Held(TapeTurn turn, SynchronizationContext? before) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => turn.Leave(before);
    }
}
