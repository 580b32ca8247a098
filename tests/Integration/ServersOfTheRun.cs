using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration;

/// <summary>Stops the shared servers at the end of the run, also after a failure.</summary>
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
