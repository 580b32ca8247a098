using MassTransit;
using Orchestrator.Wire.Sending;
using PublishException = RabbitMQ.Client.Exceptions.PublishException;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>Says in the present <see cref="SendTry"/> what becomes of a message at the broker.</summary>
sealed class SendWatch : ISendObserver, IPublishObserver
{
    /// <summary>Sends over an open channel where no observer of the bus hears of it.</summary>
    public static async Task Over(Func<Task> send)
    {
        var attempt = SendTry.Current!;
        attempt.HandOver();
        try
        {
            await send();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Note(attempt, e);
            throw;
        }
    }

    /// <summary>Notes what went wrong when a message was sent.</summary>
    static void Note(SendTry attempt, Exception exception)
    {
        if (Failure.Chain(exception).OfType<PublishException>().FirstOrDefault() is not { } refused)
            attempt.TakeBack();
        else if (refused.IsReturn)
            attempt.Refuse("there is no queue", refused);
        else
            attempt.Refuse("it is full, or can't take messages", refused);
    }

    public Task PreSend<T>(SendContext<T> context)
        where T : class => HandOver();

    public Task PostSend<T>(SendContext<T> context)
        where T : class => Task.CompletedTask;

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Note(exception);

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => HandOver();

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Note(exception);

    static Task HandOver()
    {
        SendTry.Current?.HandOver();
        return Task.CompletedTask;
    }

    static Task Note(Exception exception)
    {
        if (SendTry.Current is { } attempt)
            Note(attempt, exception);
        return Task.CompletedTask;
    }
}
