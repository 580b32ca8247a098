using System.Runtime.InteropServices;

namespace Orchestrator.Hosting.Commands;

/// <summary>Handles Ctrl-C and the signal of a service manager. The first signal cancels, and a later one ends the process.</summary>
sealed class Interruption : IDisposable
{
    // One request may come as two signals, because a supervisor signals the process and its group.
    static readonly TimeSpan OneWish = TimeSpan.FromSeconds(1);

    readonly TimeProvider _time = TimeProvider.System;
    // It is never disposed of, because a signal may still come.
    readonly CancellationTokenSource _source = new();
    readonly PosixSignalRegistration _interrupt, _terminate;
    long _first;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
    }

    /// <summary>A token that the first signal cancels.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    void Interrupt(PosixSignalContext signal)
    {
        lock (_source)
        {
            if (_first == 0)
                _first = _time.GetTimestamp();
            signal.Cancel = _time.GetElapsedTime(_first) < OneWish;
        }

        _ = _source.CancelAsync();
    }
}
