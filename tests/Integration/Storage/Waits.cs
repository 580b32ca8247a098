using Microsoft.Extensions.Logging;

namespace Orchestrator.Tests.Integration.Storage;

/// <summary>Observes by the log that a program waits for a database.</summary>
sealed class Waits
{
    readonly SemaphoreSlim _seen = new(0);

    /// <summary>Returns at the next wait.</summary>
    public async Task Next()
    {
        while (await _seen.WaitAsync(0))
        {
        }

        (await _seen.WaitAsync(TimeSpan.FromMinutes(5))).ShouldBeTrue("no program waited for the database");
    }

    public ILogger<T> Logger<T>() => new Listener<T>(_seen);

    sealed class Listener<T>(SemaphoreSlim seen) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
                seen.Release();
        }
    }
}
