using MassTransit;
using MassTransit.Context;
using Orchestrator.MassTransit.Sending;
using PublishException = RabbitMQ.Client.Exceptions.PublishException;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Notes in the current <see cref="SendTry"/> what happens to a message at the broker. Stops a message that is too large for the broker.
/// </summary>
sealed class SendWatch(Destinations destinations) : ISendObserver, IPublishObserver
{
    /// <summary>Sends over an open channel without the bus, whose observers would not see it.</summary>
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
            Note(attempt, e, null);
            throw;
        }
    }

    /// <summary>Notes why a message could not be sent.</summary>
    static void Note(SendTry attempt, Exception exception, Type? type)
    {
        if (Failure.Forbidden(exception, attempt.Receiver) is { } forbidden)
            attempt.Refuse(forbidden, exception, isForbidden: true);
        else if (Failure.Chain(exception).OfType<PublishException>().FirstOrDefault() is not { } refused)
            attempt.TakeBack();
        else if (refused.IsReturn)
            attempt.Refuse($"there is no queue{(type is null ? "" : $" for {type.Name}")}", refused);
        else
            attempt.Refuse("it is full, or can't take messages", refused);
    }

    public Task PreSend<T>(SendContext<T> context)
        where T : class => HandOver(context);

    public Task PostSend<T>(SendContext<T> context)
        where T : class => Task.CompletedTask;

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Note(exception, typeof(T));

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => HandOver(context);

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Note(exception, typeof(T));

    // A message that is too large is stopped here. The broker would close the channel with all its unconfirmed messages, and MassTransit
    // would send the message again and again.
    Task HandOver<T>(SendContext<T> context)
        where T : class
    {
        if (destinations.LargestMessage is { } limit && context is MessageSendContext<T> sent && sent.Body.GetBytes().LongLength is var size
            && size > limit)
            throw new MessageTooLargeException(typeof(T).Name, size, limit);
        SendTry.Current?.HandOver();
        return Task.CompletedTask;
    }

    Task Note(Exception exception, Type type)
    {
        // All messages of the closed channel are sent again. With this limit, only the message that is too large is stopped.
        if (SizeLimit.In(exception) is { } limit)
            destinations.LargestMessage = limit;
        if (SendTry.Current is { } attempt)
            Note(attempt, exception, type);
        return Task.CompletedTask;
    }
}
