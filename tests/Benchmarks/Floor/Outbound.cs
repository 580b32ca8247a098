using System.Globalization;
using Orchestrator.Contracts;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>A message to be sent.</summary>
/// <param name="Exchange">Empty: straight to the queue.</param>
/// <param name="Queue">The queue, or nothing for an event.</param>
/// <param name="Type">The name of its type.</param>
/// <param name="MessageId">Its id, the same whenever it is sent.</param>
/// <param name="Cause">The message that caused it.</param>
/// <param name="Source">The party that sends it.</param>
/// <param name="Content">Its content, as JSON.</param>
/// <param name="SentAt">When.</param>
sealed record Outbound(
    string Exchange, string Queue, string Type, Guid MessageId, Inbound Cause, string Source, ReadOnlyMemory<byte> Content, DateTime SentAt)
{
    const string OutcomesQueue = "order-fulfilment";

    /// <summary>The answer to a command, under an id that derives from it: who has seen it drops it.</summary>
    public static Outbound Answer(Inbound command, string type, string source, ReadOnlyMemory<byte> content) => new(
        "", OutcomesQueue, type, DerivedId.From(command.OrderId.ToString(), command.Type, "1", type), command, source, content,
        DateTime.UtcNow);

    /// <summary>A message of the saga's transition.</summary>
    /// <param name="cause">The message that made it.</param>
    /// <param name="version">Which transition.</param>
    /// <param name="place">Which of its messages.</param>
    /// <param name="exchange">Where events of the type are published; empty for a command.</param>
    /// <param name="queue">The owner's queue; empty for an event.</param>
    /// <param name="type">The name of the type.</param>
    /// <param name="content">The content, as JSON.</param>
    /// <param name="at">When the transition happens.</param>
    public static Outbound OfSaga(
        Inbound cause, long version, int place, string exchange, string queue, string type, ReadOnlyMemory<byte> content, DateTime at) =>
            new(
        exchange, queue, type,
        DerivedId.From(
            cause.OrderId.ToString(), version.ToString(CultureInfo.InvariantCulture), place.ToString(CultureInfo.InvariantCulture)), cause,
            "orchestrator", content, at);
}
