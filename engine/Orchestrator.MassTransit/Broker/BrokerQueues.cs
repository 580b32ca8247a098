using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// How our queues are declared. Either side may come first, so both must say the same: the broker refuses anything else. Whatever
/// a queue needs beside it is its own, so that nobody who may write there reaches another's queue that way.
/// </summary>
public static class BrokerQueues
{
    // Only what kills the process over and over gets set aside by the broker: a crash returns all that was prefetched, so it must bear
    // many.
    const int DeliveryLimit = 50;

    // From version 4 on a queue without a limit has one of 20, and what exceeds it is gone; 3.10 can't say "none".
    const int NoLimit = 1_000_000;

    static readonly RabbitMqMessageNameFormatter Names = new();

    /// <summary>The exchange through which an event reaches those who listen to it.</summary>
    public static string Event(Type message) => Names.GetMessageName(message);

    /// <summary>The exchange and the queue of messages that the broker itself sets aside.</summary>
    /// <param name="queue">The queue that work is taken from.</param>
    public static string DeadLetters(string queue) => $"{queue}_dead";

    /// <summary>The exchange and the queue of messages that could not be handled.</summary>
    /// <param name="queue">The queue that work is taken from.</param>
    public static string Error(string queue) => $"{queue}_error";

    /// <summary>The queues of all that is set aside from one: what failed, what nobody handles, and what the broker gave up.</summary>
    public static IReadOnlyCollection<string> AllSetAside(string queue) => [Error(queue), $"{queue}_skipped", DeadLetters(queue)];

    /// <summary>The exchange and the queue in which messages wait before they come back to their own queue.</summary>
    public static string Redelivery(string queue, TimeSpan delay) => $"{queue}_redelivery-{(long)delay.TotalMilliseconds}ms";

    /// <summary>The arguments of a queue that work is taken from.</summary>
    public static IReadOnlyDictionary<string, object?> Work(string queue) => new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = DeliveryLimit,
        ["x-dead-letter-exchange"] = DeadLetters(queue),
        // At least once means that the broker confirms the dead letter before it lets go of the message, and for that it must not drop any.
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    /// <summary>The arguments of a queue that holds what was set aside: looking into it must not expel anything.</summary>
    public static IReadOnlyDictionary<string, object?> SetAside { get; } = new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = NoLimit,
    };

    /// <summary>
    /// The arguments of a queue in which messages wait: it has no consumer, and what has waited long enough is dead-lettered to the
    /// exchange of the queue that it came from.
    /// </summary>
    public static IReadOnlyDictionary<string, object?> Waiting(string queue, TimeSpan delay) => new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-message-ttl"] = (long)delay.TotalMilliseconds,
        ["x-dead-letter-exchange"] = queue,
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    /// <summary>Declares a queue that work is taken from, and the exchange of the same name through which everything reaches it.</summary>
    /// <param name="channel">An open channel.</param>
    /// <param name="queue">Its name.</param>
    /// <param name="cancellationToken">Ends the waiting for the broker.</param>
    /// <param name="events">The events that it subscribes to.</param>
    public static async Task DeclareWork(IChannel channel, string queue, CancellationToken cancellationToken, params Type[] events)
    {
        await DeclareDeadLetters(channel, queue, cancellationToken);
        await Declare(channel, queue, Work(queue), cancellationToken);
        foreach (var name in events.Select(Event))
        {
            await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            await channel.ExchangeBindAsync(queue, name, "", cancellationToken: cancellationToken);
        }
    }

    /// <summary>Declares where the broker puts what it sets aside from a queue.</summary>
    public static Task DeclareDeadLetters(IChannel channel, string queue, CancellationToken cancellationToken) =>
        DeclareSetAside(channel, DeadLetters(queue), cancellationToken);

    /// <summary>Declares a queue that holds what was set aside, and its exchange.</summary>
    public static Task DeclareSetAside(IChannel channel, string setAside, CancellationToken cancellationToken) =>
        Declare(channel, setAside, SetAside, cancellationToken);

    /// <summary>Declares a queue in which messages of another wait.</summary>
    public static Task DeclareRedelivery(IChannel channel, string queue, TimeSpan delay, CancellationToken cancellationToken) =>
        Declare(channel, Redelivery(queue, delay), Waiting(queue, delay), cancellationToken);

    static async Task Declare(
        IChannel channel, string queue, IReadOnlyDictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(arguments),
            cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue, queue, "", cancellationToken: cancellationToken);
    }
}
