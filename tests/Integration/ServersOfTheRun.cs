using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration;

/// <summary>Stops the servers that the run's tests share, also when a test failed.</summary>
[SetUpFixture]
public class Servers_of_the_run
{
    [OneTimeTearDown]
    public async Task Are_stopped()
    {
        await SharedPostgres.Close();
        await SharedRabbitMq.Close();
    }
}
