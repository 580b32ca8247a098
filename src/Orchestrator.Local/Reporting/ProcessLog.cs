using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Orchestrator.Hosting.Logging;

namespace Orchestrator.Local.Reporting;

/// <summary>What the parties of a process log: warnings, on standard error, since standard output is for results.</summary>
static class ProcessLog
{
    public static void Configure(ILoggingBuilder logging) => logging
        .RedactExceptions()
        .SetMinimumLevel(LogLevel.Warning)
        // What MassTransit could not handle is reported once, in a sentence, by whoever keeps it.
        .AddFilter("MassTransit", LogLevel.None)
        // What sagas remark about messages is in their journal.
        .AddFilter("Orchestrator.Sagas", LogLevel.None)
        // What goes wrong at the start is told by the command line.
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        .AddSimpleConsole(console => console.SingleLine = true)
        .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
