using MassTransit;
using Orchestrator.Contracts.Rides;

namespace Orchestrator.Services.Rides.Handlers;

/// <summary>Notes that a ride has ended, and can't be aborted any more; nobody commands it and nobody awaits it.</summary>
public sealed class RideEndedHandler(Drivers drivers) : IConsumer<RideEnded>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<RideEnded> context) => drivers.End(context.Message, context.CancellationToken);
}
