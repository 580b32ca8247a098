using System.Diagnostics;
using Orchestrator.Contracts;

namespace Orchestrator.Journal.Telemetry;

/// <summary>Keeps all that happens to a saga in one trace.</summary>
static class SagaTrace
{
    /// <summary>
    /// Describes the transition on the message's span. When that span does not fit, starts another one, within which the outgoing messages
    /// are sent. A message with a trace of its own (of a user or an operator) gets a span in the saga's trace. A saga in trouble whose
    /// trace is not recorded gets a span that is recorded.
    /// </summary>
    /// <returns>The new span; null when the message's span fits, or when nobody listens.</returns>
    public static Activity? Continue(ObservedTransition transition)
    {
        if (Activity.Current is not { } arrival)
            return null;
        var home = transition.Before?.TraceParent is { } known && ActivityContext.TryParse(known, null, out var began)
            && began.TraceId != arrival.TraceId
            ? began
            : (ActivityContext?)null;
        var span = transition.IsTrouble && (home is not null || !arrival.Recorded) ? Instrumentation.Keep(arrival, home)
            : home is { } elsewhere ? Instrumentation.Follow(arrival, elsewhere)
            : null;
        Describe(span ?? arrival, transition);
        return span;
    }

    static void Describe(Activity span, ObservedTransition transition)
    {
        if (!span.IsAllDataRequested)
            return;
        span.SetTag("messaging.message.id", transition.Message.MessageId.ToString());
        span.SetTag("messaging.message.conversation_id", transition.Message.ConversationId?.ToString());
        span.SetTag("orchestrator.message.type", transition.Message.MessageType);
        span.SetTag("orchestrator.saga.kind", transition.Kind);
        span.SetTag("orchestrator.saga.id", transition.SagaId.ToString());
        span.SetTag("orchestrator.saga.from", transition.Change.FromState);
        span.SetTag("orchestrator.saga.to", transition.Change.ToState);
        if (transition.IsTurn)
            span.SetTag("orchestrator.saga.refused_step", transition.Has.Refused!.Step);
        if (transition.IsSuspension)
            span.SetStatus(ActivityStatusCode.Error, $"{transition.Has.Suspended!.Step} waits for an operator");
    }
}
