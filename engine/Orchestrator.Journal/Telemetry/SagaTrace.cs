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
    public static Activity? Continue(SagaMove move)
    {
        if (Activity.Current is not { } arrival)
            return null;
        var home = move.Before?.TraceParent is { } known && ActivityContext.TryParse(known, null, out var began) && began.TraceId != arrival.TraceId
            ? began
            : (ActivityContext?)null;
        var span = move.IsTrouble && (home is not null || !arrival.Recorded) ? Instrumentation.Keep(arrival, home)
            : home is { } elsewhere ? Instrumentation.Follow(arrival, elsewhere)
            : null;
        Describe(span ?? arrival, move);
        return span;
    }

    static void Describe(Activity span, SagaMove move)
    {
        if (!span.IsAllDataRequested)
            return;
        span.SetTag("messaging.message.id", move.Message.MessageId.ToString());
        span.SetTag("messaging.message.conversation_id", move.Message.ConversationId?.ToString());
        span.SetTag("orchestrator.message.type", move.Message.MessageType);
        span.SetTag("orchestrator.saga.kind", move.Kind);
        span.SetTag("orchestrator.saga.id", move.SagaId.ToString());
        span.SetTag("orchestrator.saga.from", move.Decided.FromState);
        span.SetTag("orchestrator.saga.to", move.Decided.ToState);
        if (move.IsTurn)
            span.SetTag("orchestrator.saga.refused_step", move.Has.Refused!.Step);
        if (move.IsSuspension)
            span.SetStatus(ActivityStatusCode.Error, $"{move.Has.Suspended!.Step} waits for an operator");
    }
}
