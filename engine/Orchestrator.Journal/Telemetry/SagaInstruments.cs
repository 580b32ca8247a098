using System.Diagnostics.Metrics;
using Orchestrator.Contracts;
using Orchestrator.Engine;

namespace Orchestrator.Journal.Telemetry;

/// <summary>Measures the transitions of sagas.</summary>
static class SagaInstruments
{
    const string Kind = "saga.kind", Step = "saga.step", Outcome = "outcome";

    static readonly Counter<long> Started = Count("orchestrator.saga.started", "{saga}", "Sagas that began");
    static readonly Counter<long> Ended = Count(
        "orchestrator.saga.ended", "{saga}", "Sagas that came to their end, by outcome and by the step that was refused");
    static readonly Counter<long> Turned = Count(
        "orchestrator.saga.compensations", "{saga}", "Sagas that turned back, by the step that made them");
    static readonly Counter<long> Suspended = Count(
        "orchestrator.saga.suspensions", "{saga}", "Sagas that called an operator, by the step that they stand at");
    static readonly Counter<long> Retries = Count("orchestrator.saga.retries", "{command}", "Commands and undos that were sent once more");
    static readonly Histogram<double> Duration = Instrumentation.OfSpells(
        "orchestrator.saga.duration", "From a saga's first message to its end");
    static readonly Histogram<double> StepDuration = Instrumentation.OfSpells(
        "orchestrator.saga.step.duration",
        "From the first command of a step (or its first undo) to the outcome, attempts in between included");

    static readonly Histogram<double> Lateness = Instrumentation.OfMoments(
        "orchestrator.deadline.lateness", "How long after its deadline a saga acted on it");

    static bool IsWatched => Started.Enabled || Duration.Enabled;

    public static void Record(ObservedTransition transition)
    {
        if (!IsWatched)
            return;
        var kind = Tag(Kind, transition.Kind);
        if (transition.IsStart)
            Started.Add(1, kind);
        if (transition.Deadline is { } deadline)
            Lateness.Record(Seconds(transition.At - deadline), kind);
        if (transition.IsTurn)
            Turned.Add(1, kind, Tag(Step, transition.Has.Refused!.Step));
        if (transition.IsSuspension)
            Suspended.Add(1, kind, Tag(Step, transition.Has.Suspended!.Step));
        RecordSteps(transition, kind);
        if (!transition.IsEnd)
            return;
        var outcome = Tag(Outcome, transition.Change.State);
        Ended.Add(1, kind, outcome, Tag(Step, transition.Has.Refused?.Step));
        Duration.Record(Seconds(transition.At - (transition.Before?.CreatedAt ?? transition.At)), kind, outcome);
    }

    static void RecordSteps(ObservedTransition transition, KeyValuePair<string, object?> kind)
    {
        if (transition.Had is null || ReferenceEquals(transition.Had.Steps, transition.Has.Steps))
            return;
        foreach (var (step, has) in transition.Has.Steps)
        {
            if (!transition.Had.Steps.TryGetValue(step, out var had) || ReferenceEquals(had, has))
                continue;
            if (has.Attempts > had.Attempts && has.Attempts > 1)
                Retries.Add(1, kind, Tag(Step, step));
            if (had.Status is StepStatus.Sent or StepStatus.Uncertain or StepStatus.Undoing
                && has.Status is StepStatus.Done or StepStatus.Refused or StepStatus.Undone)
                StepDuration.Record(Seconds(transition.At - (had.Began ?? had.At)), kind, Tag(Step, step), Tag(Outcome, Name(has.Status)));
        }
    }

    // The store's clock may be set back.
    static double Seconds(TimeSpan time) => Math.Max(0, time.TotalSeconds);

    static string Name(StepStatus status) => status switch
    {
        StepStatus.Done => nameof(StepStatus.Done),
        StepStatus.Refused => nameof(StepStatus.Refused),
        _ => nameof(StepStatus.Undone),
    };

    static KeyValuePair<string, object?> Tag(string key, string? value) => new(key, value);

    static Counter<long> Count(string name, string unit, string description) =>
        Instrumentation.Meter.CreateCounter<long>(name, unit, description);
}
