using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.Local.Embedded;

/// <summary>Notices a message that nobody could handle: without a broker's dead letters, its order would wait for ever.</summary>
public sealed class FaultWatch : IReceiveObserver
{
    readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with a sentence about the first such message.</summary>
    public Task<string> First => _first.Task;

    /// <inheritdoc />
    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    /// <inheritdoc />
    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    /// <inheritdoc />
    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    /// <inheritdoc />
    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class
    {
        var subject = context.Message is ISagaMessage message ? $" of order {message.SagaId}" : "";
        _first.TrySetResult($"{typeof(T).Name} {context.MessageId}{subject} could not be handled: {exception.GetBaseException().Message}");
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task ReceiveFault(ReceiveContext context, Exception exception)
    {
        _first.TrySetResult($"a message in {context.InputAddress.AbsolutePath} could not be handled: {exception.GetBaseException().Message}");
        return Task.CompletedTask;
    }
}
