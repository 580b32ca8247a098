using System.Globalization;
using System.Reflection;
using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit;

/// <summary>How a participant answers a command.</summary>
public static class Answers
{
    /// <summary>
    /// Publishes the outcome of the command. Its message id is derived from (saga, operation, epoch, outcome), so a
    /// command that came twice is answered by the same message twice, which the saga drops. In the answer to
    /// a question that has an outcome, the operation is the command that was asked about.
    /// </summary>
    /// <param name="command">The command being consumed.</param>
    /// <param name="outcome">What is stored as its outcome; the same content whenever it is the same outcome.</param>
    /// <exception cref="DeferredMessageException">The saga's queue takes nothing: the command comes again, and is answered
    /// then.</exception>
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
    /// The message id of an outcome, the same whether it answers its command or an <see cref="IStepInquiry"/> about that.
    /// When none is known, each question's answer has an id of its own; so has each refusal of an undo.
    /// </summary>
    /// <param name="command">What is answered.</param>
    /// <param name="outcome">The answer.</param>
    /// <param name="commandId">The message id of what is answered.</param>
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
        // Queues are prefixed by the service that owns them: payment-commands.
        public static readonly string Name = typeof(TCommand).GetCustomAttribute<SentToAttribute>()?.Queue.Split('-')[0] ?? "";
    }
}
