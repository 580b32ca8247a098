using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Orchestrator.Hosting.Logging;

namespace Orchestrator.Local.Reporting;

/// <summary>The log of the parties in a process: warnings on standard error, since standard output is for results.</summary>
static class ProcessLog
{
    public static void Configure(ILoggingBuilder logging) => logging
        .RedactExceptions()
        .SetMinimumLevel(LogLevel.Warning)
        // MassTransit logs a message that could not be handled. The code that sets it aside reports it once, in a sentence.
        .AddFilter("MassTransit", LogLevel.None)
        // The journal has what sagas remark about messages.
        .AddFilter("Orchestrator.Sagas", LogLevel.None)
        // The command line reports a failure at the start.
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        .AddSimpleConsole(console => console.SingleLine = true)
        .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
