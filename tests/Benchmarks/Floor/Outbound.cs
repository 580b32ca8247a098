using System.Globalization;
using Orchestrator.Contracts;

namespace Orchestrator.Tests.Benchmarks.Floor;

/// <summary>A message to be sent.</summary>
/// <param name="Exchange">The exchange; empty to send straight to the queue.</param>
/// <param name="Queue">The queue; empty for an event.</param>
/// <param name="Type">The name of its type.</param>
/// <param name="MessageId">Its id, the same in every sending.</param>
/// <param name="Cause">The message that caused it.</param>
/// <param name="Source">The party that sends it.</param>
/// <param name="Content">Its content, as JSON.</param>
/// <param name="SentAt">When it is sent.</param>
sealed record Outbound(
    string Exchange, string Queue, string Type, Guid MessageId, Inbound Cause, string Source, ReadOnlyMemory<byte> Content, DateTime SentAt)
{
    const string OutcomesQueue = "order-fulfilment";

    /// <summary>The answer to a command. Its id is derived from the command, so a receiver drops it when it comes again.</summary>
    public static Outbound Answer(Inbound command, string type, string source, ReadOnlyMemory<byte> content) => new(
        "", OutcomesQueue, type, DerivedId.From(command.OrderId.ToString(), command.Type, "1", type), command, source, content,
        DateTime.UtcNow);

    /// <summary>A message of a transition of the saga.</summary>
    /// <param name="cause">The message that made the transition.</param>
    /// <param name="version">The number of the transition.</param>
    /// <param name="place">The place of this message among those of the transition.</param>
    /// <param name="exchange">The exchange of events of this type; empty for a command.</param>
    /// <param name="queue">The queue of the participant; empty for an event.</param>
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
