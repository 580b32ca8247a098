namespace Orchestrator.Tests.Integration.Servers;

/// <summary>
/// The RabbitMQ node that all tests of a run share: a private one that is started for the first test that needs it, or the one whose
/// address TEST_RABBITMQ names. Tests that stop their node use <see cref="PrivateRabbitMq"/>.
/// </summary>
static class SharedRabbitMq
{
    static readonly Lazy<Task<PrivateRabbitMq>> Private = new(() => PrivateRabbitMq.Create());

    static Uri? Named =>
        Environment.GetEnvironmentVariable("TEST_RABBITMQ") is { } named && named.StartsWith("amqp", StringComparison.Ordinal)
        ? new Uri(named)
        : null;

    /// <summary>Makes an empty virtual host on a private node. On a named node all tests share the virtual host of the address.</summary>
    /// <returns>The address with the virtual host.</returns>
    public static async Task<Uri> CreateVirtualHost() => Named ?? await (await Private.Value).CreateVirtualHost();

    /// <summary>Stops the private node.</summary>
    public static async Task Close()
    {
        if (Private.IsValueCreated && Private.Value.IsCompletedSuccessfully)
            await (await Private.Value).DisposeAsync();
    }
}
