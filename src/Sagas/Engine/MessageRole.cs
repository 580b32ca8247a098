using Orchestrator.Contracts;

namespace Orchestrator.Sagas.Engine;

/// <summary>What one type of message means to a saga: it starts it when <paramref name="signal"/> is absent.</summary>
abstract class MessageRole<TData>(Type message, Signal? signal)
    where TData : SagaData
{
    public Type Message => message;

    public Signal? Signal => signal;

    /// <summary>The step's place in the table; -1 for the message that starts the saga.</summary>
    public int Step { get; set; } = -1;

    /// <summary>What the saga takes from the message into its data.</summary>
    public abstract TData Learn(TData data, ISagaMessage message);

    /// <summary>Hands the message's type to somebody generic.</summary>
    public abstract void Accept(IMessageRoleVisitor<TData> visitor);
}

interface IMessageRoleVisitor<TData>
    where TData : SagaData
{
    void Visit<TMessage>(MessageRole<TData> role)
        where TMessage : class, ISagaMessage;
}

sealed class MessageRole<TData, TMessage>(Signal? signal, Func<TData, TMessage, TData> learn) : MessageRole<TData>(typeof(TMessage), signal)
    where TData : SagaData
    where TMessage : class, ISagaMessage
{
    public override TData Learn(TData data, ISagaMessage message) => learn(data, (TMessage)message);

    public override void Accept(IMessageRoleVisitor<TData> visitor) => visitor.Visit<TMessage>(this);
}
