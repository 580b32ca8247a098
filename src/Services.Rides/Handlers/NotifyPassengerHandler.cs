using MassTransit;
using Orchestrator.Contracts.Rides;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Rides.Handlers;

/// <summary>Answers <see cref="NotifyPassenger"/>.</summary>
public sealed class NotifyPassengerHandler(Passengers passengers) : IConsumer<NotifyPassenger>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<NotifyPassenger> context)
    {
        var outcome = await passengers.Notify(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
