using System.Globalization;
using System.Reflection;
using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit;

/// <summary>How a participant answers a command.</summary>
public static class Answers
{
    /// <summary>
    /// Publishes the outcome of the command. Its message id is derived from (saga, operation, epoch, outcome). So a command that comes
    /// twice gets the same message twice, and the saga drops the second. When an inquiry is answered with an outcome, the operation is the
    /// command that the inquiry asks about.
    /// </summary>
    /// <param name="command">The command being consumed.</param>
    /// <param name="outcome">The stored outcome. The same outcome always has the same content.</param>
    /// <exception cref="DeferredMessageException">
    /// The saga's queue takes no messages. The command comes again and is answered then.
    /// </exception>
    public static Task Answer<TCommand>(this ConsumeContext<TCommand> command, IStepMessage outcome)
        where TCommand : class, IStepMessage
    {
        var pipe = Pipe.Execute<PublishContext>(context =>
        {
            context.MessageId = MessageId(command.Message, outcome, command.MessageId);
            context.SentBy(Participant<TCommand>.Name);
        });
        return command.Tell(outcome, pipe);
    }

    /// <summary>
    /// The message id of an outcome. It is the same when the outcome answers its command and when it answers an <see cref="IStepInquiry"/>
    /// about that command. When no outcome is known, each inquiry's answer has its own id. Each refusal of an undo has its own id too.
    /// </summary>
    /// <param name="command">The command or the inquiry that is answered.</param>
    /// <param name="outcome">The answer.</param>
    /// <param name="commandId">The message id of that command or inquiry.</param>
    public static Guid MessageId(IStepMessage command, IStepMessage outcome, Guid? commandId = null) => (command, outcome) switch
    {
        (_, IUndoRefusal) => DerivedId.From(outcome.SagaId.ToString(), outcome.GetType().Name, commandId?.ToString() ?? ""),
        (IStepInquiry question, IStepInquiry) => DerivedId.From(
            outcome.SagaId.ToString(), command.GetType().Name, Text(command.Epoch), outcome.GetType().Name, question.Step,
            Text(question.Attempt)),
        (IStepInquiry question, _) => MessageId(question.Step, command, outcome),
        _ => MessageId(command.GetType().Name, command, outcome),
    };

    /// <summary>The message id of the outcome of an operation.</summary>
    /// <param name="saga">The saga.</param>
    /// <param name="operation">The name of the operation's command.</param>
    /// <param name="epoch">The epoch of the command.</param>
    /// <param name="outcome">The type of the outcome.</param>
    public static Guid MessageId(Guid saga, string operation, int epoch, Type outcome) =>
        DerivedId.From(saga.ToString(), operation, Text(epoch), outcome.Name);

    static Guid MessageId(string operation, IStepMessage command, IStepMessage outcome) =>
        MessageId(outcome.SagaId, operation, command.Epoch, outcome.GetType());

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static class Participant<TCommand>
    {
        // A queue's name begins with the service that owns it: bank-commands.
        public static readonly string Name = typeof(TCommand).GetCustomAttribute<SentToAttribute>()?.Queue.Split('-')[0] ?? "";
    }
}
