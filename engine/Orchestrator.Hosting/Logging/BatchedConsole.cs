using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Hosting.Logging;

/// <summary>
/// Writes the log to the console as Microsoft's provider does, with the same formatters and settings, but in batches. One thread wakes once
/// for all lines of 20 ms and writes them together. Microsoft's thread wakes for every line, and under load this costs more than the lines
/// themselves (docs/performance.md).
/// </summary>
[ProviderAlias("Console")]
public sealed class BatchedConsole : ILoggerProvider, ISupportExternalScope
{
    // A person who follows a log would notice a longer delay.
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    // A console that takes no output must not keep the process from ending.
    static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1.5);

    // The buffers keep at most this many characters after many lines or a long line.
    const int LargestKept = 1 << 16, LongestKept = 1 << 10;

    // The limit when the console takes no output. Beyond it the logging thread waits, or its line is dropped, as the settings say.
    const int MostCharacters = 1 << 20;

    [ThreadStatic]
    static StringWriter? t_line;

    readonly object _gate = new();
    readonly ConsoleFormatter _formatter;
    readonly LogLevel _errorsFrom;
    readonly bool _drops;
    readonly Stream _output;
    readonly Stream _errors;
    readonly Thread _writer;
    StringBuilder _pending = new();
    StringBuilder _pendingErrors = new();
    bool _isStopping;
    bool _isWritten;

    /// <summary>Writes to the console of the process.</summary>
    /// <param name="options">The options of Microsoft's console logger.</param>
    /// <param name="formatters">The formatters that the options can name.</param>
    /// <exception cref="SettingsException">The options name an unknown formatter.</exception>
    public BatchedConsole(IOptions<ConsoleLoggerOptions> options, IEnumerable<ConsoleFormatter> formatters)
        : this(options.Value, formatters, Console.OpenStandardOutput(), Console.OpenStandardError())
    {
    }

    /// <summary>Writes to streams.</summary>
    /// <inheritdoc cref="BatchedConsole(IOptions{ConsoleLoggerOptions}, IEnumerable{ConsoleFormatter})" />
    public BatchedConsole(ConsoleLoggerOptions options, IEnumerable<ConsoleFormatter> formatters, Stream output, Stream errors)
    {
        var name = options.FormatterName ?? ConsoleFormatterNames.Simple;
        var known = formatters.ToList();
        _formatter = known.Find(formatter => string.Equals(formatter.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new SettingsException(
                [$"Logging:Console:FormatterName is '{name}'; it is one of "
                    + $"{string.Join(", ", known.Select(formatter => formatter.Name).Order())}."]);
        (_errorsFrom, _drops, _output, _errors) = (
            options.LogToStandardErrorThreshold, options.QueueFullMode == ConsoleLoggerQueueFullMode.DropWrite, output, errors);
        _writer = new Thread(Write) { IsBackground = true, Name = "log" };
        _writer.Start();
        // A process that ends without stopping its host still writes its last lines.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnExit;
    }

    IExternalScopeProvider? Scopes { get; set; }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc />
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => Scopes = scopeProvider;

    /// <summary>Returns when everything is written.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnExit;
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }

        if (Thread.CurrentThread != _writer)
            _writer.Join(LongestEnd);
    }

    void OnExit(object? sender, EventArgs e) => Dispose();

    bool IsFull => _pending.Length + _pendingErrors.Length > MostCharacters;

    bool IsEmpty => _pending.Length + _pendingErrors.Length == 0;

    void Add(LogLevel level, StringBuilder line)
    {
        lock (_gate)
        {
            while (IsFull && !_isStopping && !_drops)
                Monitor.Wait(_gate);
            if (IsFull)
                return;
            var (isError, wasEmpty) = (level >= _errorsFrom, IsEmpty);
            if (_isWritten) // The writer thread has ended.
                Flush(line, isError ? _errors : _output);
            else
                (isError ? _pendingErrors : _pending).Append(line);
            if (wasEmpty)
                Monitor.PulseAll(_gate);
        }
    }

    void Write()
    {
        var (written, writtenErrors) = (new StringBuilder(), new StringBuilder());
        while (true)
        {
            lock (_gate)
            {
                while (IsEmpty && !_isStopping)
                    Monitor.Wait(_gate);
                if (!_isStopping)
                    Monitor.Wait(_gate, Moment);
                _isWritten = IsEmpty && _isStopping;
                if (_isWritten)
                    return;
                (_pending, written) = (written, _pending);
                (_pendingErrors, writtenErrors) = (writtenErrors, _pendingErrors);
                Monitor.PulseAll(_gate);
            }

            Flush(written, _output);
            Flush(writtenErrors, _errors);
        }
    }

    static void Flush(StringBuilder text, Stream stream)
    {
        if (text.Length == 0)
            return;
        try
        {
            stream.Write(Console.OutputEncoding.GetBytes(text.ToString()));
            stream.Flush();
        }
#pragma warning disable CA1031 // A host continues its work when its log can't be written.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        text.Clear();
        Shrink(text, LargestKept);
    }

    static void Shrink(StringBuilder text, int most)
    {
        if (text.Capacity > most)
            text.Capacity = most;
    }

    sealed class Logger(BatchedConsole console, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => console.Scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var writer = t_line ??= new StringWriter();
            var line = writer.GetStringBuilder();
            try
            {
                console._formatter.Write(
                    new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), console.Scopes, writer);
                if (line.Length > 0)
                    console.Add(logLevel, line);
            }
            finally // A line that failed in the middle must not be part of the next line.
            {
                line.Clear();
                Shrink(line, LongestKept);
            }
        }
    }
}
