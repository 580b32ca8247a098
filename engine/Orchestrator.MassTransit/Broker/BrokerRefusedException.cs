using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.MassTransit.Broker;

/// <summary>The broker refuses the connection, or its certificate is not trusted. The message is one sentence for an operator.</summary>
public sealed class BrokerRefusedException : TellableException
{
    /// <summary>The broker refuses the connection.</summary>
    public BrokerRefusedException(BrokerAddress address, string reason)
        : base($"RabbitMQ at {address} refuses the connection ({reason}); check user, password and virtual host")
    {
    }

    /// <summary>The broker's certificate is not trusted.</summary>
    public BrokerRefusedException(BrokerAddress address, CertificateException reason)
        : base($"RabbitMQ at {address} can't be trusted: {reason.Message}", reason)
    {
    }
}
