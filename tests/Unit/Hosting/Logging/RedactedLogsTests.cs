using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Hosting.Logging;

namespace Orchestrator.Tests.Unit.Hosting.Logging;

public sealed class Logs_of_exceptions : ILoggerProvider, ILogger
{
    readonly List<string> _lines = [];

    [Test]
    public void Say_what_failed_and_where_but_not_what_it_quotes()
    {
        using var provider = new ServiceCollection().AddLogging(logging => logging.RedactExceptions().AddProvider(this))
            .BuildServiceProvider();
        try
        {
            Fail();
        }
        catch (InvalidOperationException e)
        {
            provider.GetRequiredService<ILogger<Logs_of_exceptions>>().Log(LogLevel.Error, default, "It failed", e, (text, _) => text);
        }

        var line = _lines.ShouldHaveSingleItem();
        line.ShouldStartWith($"It failed{Environment.NewLine}RejectedMessageException");
        line.ShouldContain(nameof(Fail));
        line.ShouldContain(typeof(InvalidOperationException).FullName!);
        line.ShouldNotContain("Persephone");
    }

    static void Fail() => throw new InvalidOperationException("for Persephone", new RejectedMessageException("Persephone did it"));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add($"{formatter(state, exception)}{Environment.NewLine}{exception}");

    public void Dispose()
    {
    }
}
