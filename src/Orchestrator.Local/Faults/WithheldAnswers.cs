using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.Local.Faults;

/// <summary>Lets a handler believe that it has answered.</summary>
sealed class WithheldAnswers<TCommand>(ConsumeContext<TCommand> context, IServiceProvider provider)
    : CatchingConsumeContext<TCommand>(context, provider)
    where TCommand : class
{
    readonly List<DelayedMessage> _answers = [];

    /// <summary>What it answered.</summary>
    public IReadOnlyList<DelayedMessage> Answers => _answers;

    protected override void Catch<TMessage>(SendContext<TMessage> context) => _answers.Add(new DelayedMessage(
        context.Message, typeof(TMessage), null, context.MessageId, MessageId?.ToString(), ConversationId,
        context.Headers.Get<string>(WireHeaders.Source) ?? Participants.Of(typeof(TCommand))));
}
