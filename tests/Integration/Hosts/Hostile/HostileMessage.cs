using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts.Hostile;

/// <summary>The expected fate of a hostile message.</summary>
enum Fate
{
    /// <summary>The message is in the table <c>dead_letter</c>, unchanged, with a reason.</summary>
    SetAside,

    /// <summary>The message waits in the redelivery queues for a replica that knows its type.</summary>
    Waits,

    /// <summary>
    /// The message can be read, and the host judges its content: it is answered, refused, journalled with a remark, or set aside. In each
    /// case the books agree afterwards.
    /// </summary>
    Judged,
}

/// <summary>A message that only an attacker or a broken program sends.</summary>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Fate">The expected fate.</param>
/// <param name="Queue">The queue that it arrives at.</param>
/// <param name="Exchange">The exchange that it is published to: that of an event, or none to send to the queue itself.</param>
/// <param name="Properties">Its properties and headers.</param>
/// <param name="Body">Its body. No other message has the same.</param>
sealed record HostileMessage(string Kind, Fate Fate, string Queue, string Exchange, BasicProperties Properties, byte[] Body);
