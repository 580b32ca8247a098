namespace Orchestrator.Tests.Integration.Servers;

/// <summary>
/// The RabbitMQ node that all tests of a run share: a private one, started when the first test asks for it, or the one
/// whose address TEST_RABBITMQ names. Tests that stop their node have one of their own, <see cref="PrivateRabbitMq"/>.
/// </summary>
static class SharedRabbitMq
{
    static readonly Lazy<Task<PrivateRabbitMq>> Private = new(() => PrivateRabbitMq.Create());

    static Uri? Named =>
        Environment.GetEnvironmentVariable("TEST_RABBITMQ") is { } named && named.StartsWith("amqp", StringComparison.Ordinal)
        ? new Uri(named)
        : null;

    /// <summary>Makes an empty virtual host, on a private node; on a named one all share what the address says.</summary>
    /// <returns>Its address.</returns>
    public static async Task<Uri> CreateVirtualHost() => Named ?? await (await Private.Value).CreateVirtualHost();

    /// <summary>Stops the private node.</summary>
    public static async Task Close()
    {
        if (Private.IsValueCreated && Private.Value.IsCompletedSuccessfully)
            await (await Private.Value).DisposeAsync();
    }
}
