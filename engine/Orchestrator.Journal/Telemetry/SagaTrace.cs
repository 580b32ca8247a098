using System.Diagnostics;
using Orchestrator.Contracts;

namespace Orchestrator.Journal.Telemetry;

/// <summary>Holds all that happens to a saga together in one trace.</summary>
static class SagaTrace
{
    /// <summary>
    /// Says on the message's span what it made of the saga; and where that span is not good enough, starts one within which the
    /// consequences are sent: when the message came with a trace of its own (a customer's, an operator's), one in the saga's
    /// trace; when the saga is in trouble and nobody chose its trace, one that is kept.
    /// </summary>
    /// <returns>The new span; nothing when the message's does, or when nobody listens.</returns>
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
