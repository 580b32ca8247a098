using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>What one type of message means to a saga: a signal to one step or, without a signal, a message to the whole saga.</summary>
abstract class MessageRole<TData>(Type message, Signal? signal)
    where TData : SagaData
{
    public Type Message => message;

    public Signal? Signal => signal;

    /// <summary>The step's place in the table; -1 for a message to the whole saga.</summary>
    public int Step { get; set; } = -1;

    /// <summary>What the saga takes from the message into its data.</summary>
    public abstract TData Learn(TData data, ISagaMessage message);

    /// <summary>Why the participant refuses; null when it does not.</summary>
    public abstract string? ReasonOf(ISagaMessage message);

    /// <summary>Calls the visitor with the message's type as type argument.</summary>
    public abstract void Accept(IMessageRoleVisitor<TData> visitor);
}

interface IMessageRoleVisitor<TData>
    where TData : SagaData
{
    void Visit<TMessage>(MessageRole<TData> role)
        where TMessage : class, ISagaMessage;
}

sealed class MessageRole<TData, TMessage>(Signal? signal) : MessageRole<TData>(typeof(TMessage), signal)
    where TData : SagaData
    where TMessage : class, ISagaMessage
{
    public Func<TData, TMessage, TData>? Learning { get; init; }

    public Func<TMessage, string>? Reason { get; init; }

    public override TData Learn(TData data, ISagaMessage message) => Learning?.Invoke(data, (TMessage)message) ?? data;

    public override string? ReasonOf(ISagaMessage message) => Reason?.Invoke((TMessage)message);

    public override void Accept(IMessageRoleVisitor<TData> visitor) => visitor.Visit<TMessage>(this);
}
