using MassTransit;
using Orchestrator.Contracts.Rides;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Rides.Handlers;

/// <summary>Answers <see cref="CaptureFare"/>.</summary>
public sealed class CaptureFareHandler(Fares fares) : IConsumer<CaptureFare>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<CaptureFare> context)
    {
        var outcome = await fares.Capture(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
