using MassTransit;

namespace Orchestrator.Tests.Integration.Embedded;

/// <summary>A bus of a process that may die before and after each message that it sends, and before each acknowledgement.</summary>
sealed class MortalBus(Death death) : ISendObserver, IPublishObserver, IReceiveObserver
{
    public Task PreSend<T>(SendContext<T> context)
        where T : class => death.Point();

    public Task PostSend<T>(SendContext<T> context)
        where T : class => death.Point();

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => death.Point();

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class => death.Point();

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => death.Point();

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;
}
