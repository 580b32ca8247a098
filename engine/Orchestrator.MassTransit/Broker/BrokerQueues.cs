using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// How the queues are declared. The sender or the owner may declare a queue first, so both must declare it alike: the broker refuses any
/// difference. Each queue has its own exchange, dead letters and redelivery queues. So a permission to write to them never reaches another
/// party's queue.
/// </summary>
public static class BrokerQueues
{
    // The broker sets aside only a message that ends the process again and again. The limit is high because a crash returns all prefetched
    // messages, and each of them counts it.
    const int DeliveryLimit = 50;

    // From RabbitMQ 4 on, a queue without a limit has the limit 20, and drops messages beyond it. RabbitMQ 3.10 has no value for "no
    // limit".
    const int NoLimit = 1_000_000;

    static readonly RabbitMqMessageNameFormatter Names = new();

    /// <summary>The exchange through which an event reaches its subscribers.</summary>
    public static string Event(Type message) => Names.GetMessageName(message);

    /// <summary>The exchange and the queue of messages that the broker itself sets aside.</summary>
    /// <param name="queue">The queue that work is taken from.</param>
    public static string DeadLetters(string queue) => $"{queue}_dead";

    /// <summary>The exchange and the queue of messages that could not be handled.</summary>
    /// <param name="queue">The queue that work is taken from.</param>
    public static string Error(string queue) => $"{queue}_error";

    /// <summary>The queues for messages that are set aside from a queue: failed, without a handler, and given up by the broker.</summary>
    public static IReadOnlyCollection<string> AllSetAside(string queue) => [Error(queue), $"{queue}_skipped", DeadLetters(queue)];

    /// <summary>The exchange and the queue in which messages wait before they come back to their own queue.</summary>
    public static string Redelivery(string queue, TimeSpan delay) => $"{queue}_redelivery-{(long)delay.TotalMilliseconds}ms";

    /// <summary>The arguments of a queue that work is taken from.</summary>
    public static IReadOnlyDictionary<string, object?> Work(string queue) => new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = DeliveryLimit,
        ["x-dead-letter-exchange"] = DeadLetters(queue),
        // With at-least-once the broker keeps a message until its dead letter is stored. It requires that the queue drops no messages:
        // reject-publish.
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    /// <summary>
    /// The arguments of a queue that holds messages that were set aside. Reading them must not drop them, so the queue has no delivery
    /// limit.
    /// </summary>
    public static IReadOnlyDictionary<string, object?> SetAside { get; } = new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = NoLimit,
    };

    /// <summary>
    /// The arguments of a redelivery queue. It has no consumer. A message that has waited long enough is dead-lettered to the exchange of
    /// the queue that it came from.
    /// </summary>
    public static IReadOnlyDictionary<string, object?> Waiting(string queue, TimeSpan delay) => new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-message-ttl"] = (long)delay.TotalMilliseconds,
        ["x-dead-letter-exchange"] = queue,
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    /// <summary>Declares a queue that work is taken from, and the exchange of the same name through which all its messages come.</summary>
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

    /// <summary>Declares the queue for messages that the broker itself sets aside from a queue.</summary>
    public static Task DeclareDeadLetters(IChannel channel, string queue, CancellationToken cancellationToken) =>
        DeclareSetAside(channel, DeadLetters(queue), cancellationToken);

    /// <summary>Declares a queue that holds messages that were set aside, and its exchange.</summary>
    public static Task DeclareSetAside(IChannel channel, string setAside, CancellationToken cancellationToken) =>
        Declare(channel, setAside, SetAside, cancellationToken);

    /// <summary>Declares a redelivery queue of a queue.</summary>
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
