using System.Runtime.InteropServices;

namespace Strikeline.Host.Cli;

/// <summary>Cancels on Ctrl-C, SIGTERM, or when the time is over, so that everything is closed in order.</summary>
internal sealed class StopSignal : IDisposable
{
    // SIGUSR1 of Linux on x86 and ARM.
    private const int UserSignal = 10;

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public StopSignal(TimeSpan? duration)
    {
        _signals = [On(PosixSignal.SIGINT), On(PosixSignal.SIGTERM), On(PosixSignal.SIGHUP)];
        StopAfter(duration);
    }

    /// <summary>Cancelled when the program should stop.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Stops as a signal would.</summary>
    public void Stop() => _source.Cancel();

    /// <summary>Stops when a time is over, counted from here; where there is none, nothing changes.</summary>
    public void StopAfter(TimeSpan? duration)
    {
        if (duration is { } time)
        {
            _source.CancelAfter(time);
        }
    }

    /// <summary>Waits for the stop; never throws.</summary>
    public Task WaitAsync() => Task.Delay(Timeout.InfiniteTimeSpan, Token).ContinueWith(
        _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Does something on SIGUSR1; null where the system has no such signal.</summary>
    public static PosixSignalRegistration? OnUser(Action act) => OperatingSystem.IsLinux()
        ? PosixSignalRegistration.Create((PosixSignal)UserSignal, context =>
        {
            context.Cancel = true;
            act();
        })
        : null;

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _source.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        _source.Cancel();
    });
}
