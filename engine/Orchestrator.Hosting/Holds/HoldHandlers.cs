using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal.Holds;
using Orchestrator.MassTransit;
using Orchestrator.MassTransit.Endpoints;

namespace Orchestrator.Hosting.Holds;

/// <summary>Holds and releases steps for operators.</summary>
public sealed partial class HoldHandlers(HoldStore holds, ILogger<HoldHandlers> logger) : IConsumer<HoldStep>, IConsumer<ReleaseStep>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<HoldStep> context)
    {
        var command = context.Message;
        _ = Actors.Of(context, command.Actor);
        if (await holds.Hold(command, context.MessageId!.Value, context.CancellationToken) is { } problem)
            await Refuse(context, new HoldRefused(command.Kind, command.Step, nameof(HoldStep), problem));
        else
            await context.Tell(new StepHeld(command.Kind, command.Step, command.Actor));
    }

    /// <inheritdoc />
    public async Task Consume(ConsumeContext<ReleaseStep> context)
    {
        var command = context.Message;
        _ = Actors.Of(context, command.Actor);
        var (waiting, problem) = await holds.Release(command, context.MessageId!.Value, context.CancellationToken);
        if (problem is not null)
            await Refuse(context, new HoldRefused(command.Kind, command.Step, nameof(ReleaseStep), problem));
        else
            await context.Tell(new StepReleased(command.Kind, command.Step, waiting, command.Actor));
    }

    // The reason contains text that people wrote, so it is not logged.
    Task Refuse(ConsumeContext context, HoldRefused refusal)
    {
        LogRefused(refusal.Command);
        return context.Tell(refusal);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Command} is refused; the event HoldRefused says why")]
    partial void LogRefused(string command);
}
