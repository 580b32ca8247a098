using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.Local.Faults;

/// <summary>Catches the answers of a handler, to send them later or never.</summary>
sealed class WithheldAnswers<TCommand>(ConsumeContext<TCommand> context, IServiceProvider provider)
    : CatchingConsumeContext<TCommand>(context, provider)
    where TCommand : class
{
    readonly List<DelayedMessage> _answers = [];

    /// <summary>The answers.</summary>
    public IReadOnlyList<DelayedMessage> Answers => _answers;

    protected override void Catch<TMessage>(SendContext<TMessage> context) => _answers.Add(new DelayedMessage(
        context.Message, typeof(TMessage), null, context.MessageId, MessageId?.ToString(), ConversationId,
        context.Headers.Get<string>(WireHeaders.Source) ?? Participants.Of(typeof(TCommand))));
}
