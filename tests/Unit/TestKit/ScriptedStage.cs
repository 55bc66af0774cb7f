namespace Strikeline.Unit.TestKit;

/// <summary>A feed and its scripted venue on virtual time: starts it, lets time pass, stops it.</summary>
internal abstract class ScriptedStage : IDisposable
{
    private CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;

    public VirtualTime Time { get; } = new();

    public TimeSpan Now => Time.GetUtcNow() - DateTimeOffset.UnixEpoch;

    /// <summary>Connections that the venue still has.</summary>
    protected abstract int OpenSockets { get; }

    /// <summary>What to say where something did not happen in time.</summary>
    protected virtual string Trouble => "";

    public void Pass(double seconds) => Time.Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>Lets time pass in steps of 50 ms until something holds.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan Until(Func<bool> holds, double mostSeconds)
    {
        var start = Now;
        while (!holds())
        {
            Assert.True((Now - start).TotalSeconds <= mostSeconds, $"did not happen within {mostSeconds} s; {Trouble}");
            Pass(0.05);
        }

        return Now - start;
    }

    /// <summary>Stops the feed: it must end well and leave no connection.</summary>
    public void Stop()
    {
        _stop.Cancel();
        Pass(1);
        Assert.True(_run.IsCompletedSuccessfully, $"the feed ended as {_run.Status}: {_run.Exception}");
        Assert.Equal(0, OpenSockets);
    }

    public virtual void Dispose() => _stop.Dispose();

    /// <summary>Starts a feed: the first, or another after the one before was stopped.</summary>
    protected void Start(Func<CancellationToken, Task> run)
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        _run = Time.Start(() => run(_stop.Token));
    }
}
