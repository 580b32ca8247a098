using MassTransit;
using MassTransit.Serialization;

namespace Orchestrator.MassTransit.Wire;

/// <summary>
/// A message as MassTransit reads it, without the addresses for answers and faults. For the reason see <see cref="WireConsumeContext"/>.
/// </summary>
sealed class UnansweredConsumeContext(ReceiveContext receiveContext, SerializerContext message) : BodyConsumeContext(
    receiveContext, message)
{
    public override Uri ResponseAddress => null!;

    public override Uri FaultAddress => null!;
}
