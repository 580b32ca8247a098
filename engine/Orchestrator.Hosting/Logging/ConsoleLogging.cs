using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Orchestrator.Hosting.Logging;

/// <summary>Registers the batched console.</summary>
static class ConsoleLogging
{
    /// <summary>Writes the console log in batches. On a terminal, where people read line by line, the log stays unbatched.</summary>
    public static void BatchConsole(this ILoggingBuilder logging)
    {
        if (!Console.IsOutputRedirected)
            return;
        foreach (
            var provider in logging.Services.Where(
                service => service.ServiceType == typeof(ILoggerProvider) && service.ImplementationType == typeof(ConsoleLoggerProvider))
                .ToList())
            logging.Services.Remove(provider);
        logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, BatchedConsole>());
    }
}
