using MassTransit;
using Orchestrator.Contracts.Rides;
using Orchestrator.MassTransit;

namespace Orchestrator.Services.Rides.Handlers;

/// <summary>Answers <see cref="AuthorizeFare"/>.</summary>
public sealed class AuthorizeFareHandler(Fares fares) : IConsumer<AuthorizeFare>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<AuthorizeFare> context)
    {
        var outcome = await fares.Authorize(context.Message, context.CancellationToken);
        await context.Answer(outcome);
    }
}
