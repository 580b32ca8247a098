using System.Runtime.InteropServices;

namespace Orchestrator.Hosting.Commands;

/// <summary>The wish that the process end, from Ctrl-C or a service manager: the first signal interrupts, a later one kills.</summary>
sealed class Interruption : IDisposable
{
    // One wish may come twice: a supervisor signals the process and its group.
    static readonly TimeSpan OneWish = TimeSpan.FromSeconds(1);

    readonly TimeProvider _time = TimeProvider.System;
    // Never disposed of: a signal may still be on its way.
    readonly CancellationTokenSource _source = new();
    readonly PosixSignalRegistration _interrupt, _terminate;
    long _first;

    public Interruption()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
    }

    /// <summary>Cancelled by the first signal.</summary>
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
