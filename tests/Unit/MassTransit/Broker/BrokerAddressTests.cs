using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Tests.Unit.MassTransit.Broker;

public class A_brokers_address
{
    [TestCase("amqp://user:secret@rabbit.example/orders")]
    [TestCase("amqps://user:secret@rabbit.example:5671/")]
    [TestCase("amqp://localhost")]
    public void Is_an_amqp_uri(string text) => BrokerAddress.TryParse(text, out _).ShouldBeTrue();

    [TestCase(null)]
    [TestCase("")]
    [TestCase("rabbit.example")]
    [TestCase("http://rabbit.example")]
    [TestCase("amqp:///orders")]
    public void Is_nothing_else(string? text) => BrokerAddress.TryParse(text, out _).ShouldBeFalse();

    [Test]
    public void Is_shown_without_its_password()
    {
        BrokerAddress.TryParse("amqp://user:secret@rabbit.example:5672/orders", out var address).ShouldBeTrue();
        address!.ToString().ShouldBe("amqp://user@rabbit.example:5672/orders");
    }
}
