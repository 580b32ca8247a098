using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Orchestrator.Hosting.Logging;

/// <summary>How a host writes its log.</summary>
static class ConsoleLogging
{
    /// <summary>Writes what goes to the console in batches, unless somebody looks at it line by line.</summary>
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
