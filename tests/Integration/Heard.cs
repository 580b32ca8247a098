using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Tests.Integration;

/// <summary>Keeps the log.</summary>
sealed class Heard<T> : ILogger<T>
{
    readonly ConcurrentQueue<(LogLevel Level, string Text)> _said = new();

    /// <summary>All lines, in order.</summary>
    public IReadOnlyList<string> All => [.. _said.Select(line => line.Text)];

    /// <summary>The warnings, in order.</summary>
    public IReadOnlyList<string> Warnings => [.. _said.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text)];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _said.Enqueue((logLevel, formatter(state, exception)));
}
