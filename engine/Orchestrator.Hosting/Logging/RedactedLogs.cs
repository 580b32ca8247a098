using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Hosting.Logging;

/// <summary>
/// What an exception quotes, of a message, of a row, of a person, is in no log, whichever code writes the line and wherever it goes to.
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

/// <summary>Where a process is told of it.</summary>
public static class RedactedLogsRegistration
{
    /// <summary>Keeps what exceptions quote out of the log.</summary>
    public static ILoggingBuilder RedactExceptions(this ILoggingBuilder logging)
    {
        logging.Services.TryAddSingleton<LoggerFactory>();
        logging.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory, RedactedLogs>());
        return logging;
    }
}
