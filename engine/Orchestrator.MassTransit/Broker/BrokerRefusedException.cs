using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.MassTransit.Broker;

/// <summary>The broker answers, and will not let us in, or is not who it should be; the message is one sentence for an operator.</summary>
public sealed class BrokerRefusedException : TellableException
{
    /// <summary>It will not let us in.</summary>
    public BrokerRefusedException(BrokerAddress address, string reason)
        : base($"RabbitMQ at {address} refuses the connection ({reason}); check user, password and virtual host")
    {
    }

    /// <summary>It is not who it should be.</summary>
    public BrokerRefusedException(BrokerAddress address, CertificateException reason)
        : base($"RabbitMQ at {address} can't be trusted: {reason.Message}", reason)
    {
    }
}
