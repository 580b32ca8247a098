namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>The broker answers, and will not let us in; the message is one sentence for an operator.</summary>
public sealed class BrokerRefusedException(BrokerAddress address, string reason)
    : Exception($"RabbitMQ at {address} refuses the connection ({reason}); check user, password and virtual host");
