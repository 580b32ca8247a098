using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Journal.Telemetry;

/// <summary>Tells the world of every transition: one line, its measurements, its place in the saga's trace.</summary>
public sealed partial class TransitionWatch(ILogger<TransitionWatch> logger)
{
    /// <summary>Tells of a transition that is committed.</summary>
    /// <returns>The span within which its messages are to be sent, unless the present one does.</returns>
    public Activity? Saw(SagaMove move)
    {
        var span = SagaTrace.Continue(move);
        SagaInstruments.Record(move);
        if (logger.IsEnabled(LogLevel.Information))
        {
            var sent = Sent(move.Decided.Outgoing);
            var trace = Cause.TraceId(move.Before?.TraceParent ?? Activity.Current?.Id) ?? "none";
            LogDecided(
                move.Kind, move.SagaId, move.Message.MessageType, move.Message.MessageId, move.Decided.FromState ?? "nothing", move.Decided.ToState, sent, trace);
        }

        return span;
    }

    static string Sent(IReadOnlyList<OutgoingEnvelope> outgoing) =>
        outgoing.Count == 0 ? "nothing" : string.Join(", ", outgoing.Select(message => message.MessageType));

    // No reasons, remarks or business keys: people wrote them, and may have written of people.
    [LoggerMessage(Level = LogLevel.Information, SkipEnabledCheck = true, Message =
        "{Kind} {SagaId}: {MessageType} {MessageId} moves it from {From} to {To} and sends {Sent} (trace {TraceId})")]
    partial void LogDecided(string kind, Guid sagaId, string messageType, Guid messageId, string from, string to, string sent, string traceId);
}
