using RabbitMQ.Client;

namespace Orchestrator.Tests.Integration.Hosts.Hostile;

/// <summary>What must become of a hostile message.</summary>
enum Fate
{
    /// <summary>It is in the table <c>dead_letter</c>, as it came, with a reason.</summary>
    SetAside,

    /// <summary>It waits in the redelivery queues for a replica that knows its type.</summary>
    Waits,

    /// <summary>
    /// It can be understood, and the host judges it by what it knows: it is answered, refused, journalled with a remark, or set
    /// aside. Whatever it is, the books agree afterwards.
    /// </summary>
    Judged,
}

/// <summary>A message that nobody with good intentions would send.</summary>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Fate">What must become of it.</param>
/// <param name="Queue">The queue in which it ends up.</param>
/// <param name="Exchange">The exchange that it is published to: an event's, or none for the queue itself.</param>
/// <param name="Properties">Its properties and headers.</param>
/// <param name="Body">Its body, which no other message has.</param>
sealed record HostileMessage(string Kind, Fate Fate, string Queue, string Exchange, BasicProperties Properties, byte[] Body);
