using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Journal.Telemetry;

/// <summary>Reports every transition: a log line, its measurements, and its span in the saga's trace.</summary>
public sealed partial class TransitionWatch(ILogger<TransitionWatch> logger)
{
    /// <summary>Reports a committed transition.</summary>
    /// <returns>The span within which its messages are to be sent; null when the present span fits.</returns>
    public Activity? Saw(ObservedTransition transition)
    {
        var span = SagaTrace.Continue(transition);
        SagaInstruments.Record(transition);
        if (logger.IsEnabled(LogLevel.Information))
        {
            var sent = Sent(transition.Change.Outgoing);
            var trace = Cause.TraceId(transition.Before?.TraceParent ?? Activity.Current?.Id) ?? "none";
            LogDecided(
                transition.Kind, transition.SagaId, transition.Message.MessageType, transition.Message.MessageId,
                transition.Change.FromState ?? "nothing", transition.Change.ToState, sent, trace);
        }

        return span;
    }

    static string Sent(IReadOnlyList<OutgoingEnvelope> outgoing) =>
        outgoing.Count == 0 ? "nothing" : string.Join(", ", outgoing.Select(message => message.MessageType));

    // No reasons, remarks or business keys: people write them, and they may name persons.
    [LoggerMessage(Level = LogLevel.Information, SkipEnabledCheck = true, Message =
        "{Kind} {SagaId}: {MessageType} {MessageId} moves it from {From} to {To} and sends {Sent} (trace {TraceId})")]
    partial void LogDecided(
        string kind, Guid sagaId, string messageType, Guid messageId, string from, string to, string sent, string traceId);
}
