using MassTransit;
using Orchestrator.Contracts.Rides;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Rides.Handlers;

/// <summary>Answers <see cref="VoidFare"/>.</summary>
public sealed class VoidFareHandler(Fares fares) : IConsumer<VoidFare>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<VoidFare> context)
    {
        var outcome = await fares.Void(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
