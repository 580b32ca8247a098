using MassTransit;
using MassTransit.Serialization;

namespace Orchestrator.MassTransit.Wire;

/// <summary>
/// A message as MassTransit reads it, but for the addresses to which it asks answers and faults to be sent: see
/// <see cref="WireConsumeContext"/>.
/// </summary>
sealed class UnansweredConsumeContext(ReceiveContext receiveContext, SerializerContext message) : BodyConsumeContext(
    receiveContext, message)
{
    public override Uri ResponseAddress => null!;

    public override Uri FaultAddress => null!;
}
