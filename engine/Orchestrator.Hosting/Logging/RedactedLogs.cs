using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Hosting.Logging;

/// <summary>
/// Keeps the texts of exceptions out of all logs, because they may quote messages, rows or personal data. It applies to all code that logs,
/// and to all log providers.
/// </summary>
/// <param name="logs">Makes the loggers.</param>
sealed class RedactedLogs(LoggerFactory logs) : ILoggerFactory
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Logger(logs.CreateLogger(categoryName));

    /// <inheritdoc />
    public void AddProvider(ILoggerProvider provider) => logs.AddProvider(provider);

    /// <inheritdoc />
    public void Dispose() => logs.Dispose();

    sealed class Logger(ILogger log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Log(logLevel, eventId, state, exception is null ? null : new RedactedException(exception), formatter);
    }
}

/// <summary>Registers the redaction.</summary>
public static class RedactedLogsRegistration
{
    /// <summary>Keeps the texts of exceptions out of the log.</summary>
    public static ILoggingBuilder RedactExceptions(this ILoggingBuilder logging)
    {
        logging.Services.TryAddSingleton<LoggerFactory>();
        logging.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory, RedactedLogs>());
        return logging;
    }
}
