using MassTransit;
using Orchestrator.Contracts.Rides;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Rides.Handlers;

/// <summary>Answers <see cref="ReleaseDriver"/>.</summary>
public sealed class ReleaseDriverHandler(Drivers drivers) : IConsumer<ReleaseDriver>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<ReleaseDriver> context)
    {
        var outcome = await drivers.Release(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
