using System.Reflection;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.ServiceDefaults.Broker;

namespace Orchestrator.ServiceDefaults;

/// <summary>How a participant answers a command.</summary>
public static class Answers
{
    /// <summary>
    /// Publishes the outcome of the command. Its message id is derived from (saga, operation, epoch, outcome), so a
    /// command that came twice is answered by the same message twice, which the saga drops.
    /// </summary>
    /// <param name="command">The command being consumed.</param>
    /// <param name="outcome">What is stored as its outcome; the same content whenever it is the same outcome.</param>
    public static Task Answer<TCommand>(this ConsumeContext<TCommand> command, IStepMessage outcome)
        where TCommand : class, IStepMessage
    {
        var pipe = Pipe.Execute<PublishContext>(context =>
        {
            context.MessageId = MessageId(command.Message, outcome);
            context.SentBy(Participant<TCommand>.Name);
            // Somebody waits for it: if no queue takes it, that is an error.
            context.Mandatory = true;
        });
        return Patience.Send(stop => command.Publish(outcome, outcome.GetType(), pipe, stop), command.CancellationToken);
    }

    /// <summary>The message id of an outcome.</summary>
    public static Guid MessageId(IStepMessage command, IStepMessage outcome) => DerivedId.From(
        outcome.SagaId.ToString(),
        command.GetType().Name,
        command.Epoch.ToString(System.Globalization.CultureInfo.InvariantCulture),
        outcome.GetType().Name);

    static class Participant<TCommand>
    {
        // Queues are prefixed by the service that owns them: payment-commands.
        public static readonly string Name = typeof(TCommand).GetCustomAttribute<SentToAttribute>()?.Queue.Split('-')[0] ?? "";
    }
}
