using Orchestrator.MassTransit.Broker;
using Orchestrator.Tests.Integration.Servers;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Tests.Integration.Hosts;

public class A_broker_that_is_greeted
{
    [TestCase(1)]
    [TestCase(2)]
    public async Task And_goes_away_in_the_middle_of_its_answer_refuses_nobody(int atItsWord)
    {
        var broker = await SharedRabbitMq.CreateVirtualHost();
        var (said, proxy) = (0, default(TcpProxy));
        await using var network = proxy = TcpProxy.To([broker.Port], () => _ =>
        {
            if (++said >= atItsWord)
                proxy!.Cut();
        });
        await Should.ThrowAsync<BrokerUnreachableException>(() => Connect(new UriBuilder(broker) { Port = network.Port }.Uri));
        said.ShouldBeGreaterThanOrEqualTo(atItsWord);
    }

    static async Task Connect(Uri broker)
    {
        BrokerAddress.TryParse(broker.ToString(), out var address).ShouldBeTrue();
        await using var connection = await address!.Connect("tests", CancellationToken.None);
    }
}
