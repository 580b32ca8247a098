using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>How our queues are declared. Either side may come first, so both must say the same: the broker refuses anything else.</summary>
public static class BrokerQueues
{
    /// <summary>The exchange and the queue of messages that the broker itself sets aside.</summary>
    public const string DeadLetters = "dead-letters";

    // Only what kills the process over and over gets here: a crash returns all that was prefetched, so it must bear many.
    const int DeliveryLimit = 50;

    // From version 4 on a queue without a limit has one of 20, and what exceeds it is gone; 3.10 can't say "none".
    const int NoLimit = 1_000_000;

    static readonly RabbitMqMessageNameFormatter Names = new();

    /// <summary>The arguments of a queue that work is taken from.</summary>
    public static IReadOnlyDictionary<string, object?> Work { get; } = new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = DeliveryLimit,
        ["x-dead-letter-exchange"] = DeadLetters,
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

    /// <summary>The exchange and the queue in which messages wait before they come back to their own queue.</summary>
    public static string Redelivery(TimeSpan delay) => $"redelivery-{(long)delay.TotalMilliseconds}ms";

    /// <summary>Declares a queue that work is taken from, and the exchange of the same name through which everything reaches it.</summary>
    /// <param name="channel">An open channel.</param>
    /// <param name="queue">Its name.</param>
    /// <param name="cancellationToken">Ends the waiting for the broker.</param>
    /// <param name="events">The events that it subscribes to.</param>
    public static async Task DeclareWork(IChannel channel, string queue, CancellationToken cancellationToken, params Type[] events)
    {
        await DeclareDeadLetters(channel, cancellationToken);
        await Declare(channel, queue, Work, cancellationToken);
        foreach (var name in events.Select(Names.GetMessageName))
        {
            await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            await channel.ExchangeBindAsync(queue, name, "", cancellationToken: cancellationToken);
        }
    }

    /// <summary>Declares where the broker puts what it sets aside.</summary>
    public static Task DeclareDeadLetters(IChannel channel, CancellationToken cancellationToken) =>
        Declare(channel, DeadLetters, SetAside, cancellationToken);

    /// <summary>Declares a queue that holds what was set aside, and its exchange.</summary>
    public static Task DeclareSetAside(IChannel channel, string queue, CancellationToken cancellationToken) =>
        Declare(channel, queue, SetAside, cancellationToken);

    /// <summary>
    /// Declares a queue in which messages of all queues wait: it has no consumer, and what has waited long enough is
    /// dead-lettered to the queue that its routing key names.
    /// </summary>
    public static Task DeclareRedelivery(IChannel channel, TimeSpan delay, CancellationToken cancellationToken) => Declare(
        channel, Redelivery(delay),
        new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-message-ttl"] = (long)delay.TotalMilliseconds,
            ["x-dead-letter-exchange"] = "",
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        },
        cancellationToken);

    static async Task Declare(
        IChannel channel, string queue, IReadOnlyDictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(arguments), cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue, queue, "", cancellationToken: cancellationToken);
    }
}
