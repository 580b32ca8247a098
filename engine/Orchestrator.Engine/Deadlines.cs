using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>What a saga does when no answer came in time: ask, try again, turn back, or call an operator.</summary>
static class Deadlines
{
    /// <summary>Acts on everything that is due.</summary>
    /// <returns>True when something was due, or when the saga's row must lose the deadline that woke the saga.</returns>
    public static bool Act<TData>(DecisionBuilder<TData> decision, DateTimeOffset now)
        where TData : SagaData
    {
        var acted = false;
        for (; Due(decision, now) is { } step; acted = true)
            Act(decision, step);
        return ActOnLimit(decision, now) || acted || IsStillHeld(decision);
    }

    /// <summary>The participant knows of no outcome: the command may be sent again.</summary>
    public static void Unknown<TData>(DecisionBuilder<TData> decision, IStepInquiry answer)
        where TData : SagaData
    {
        var step = Enumerable.Range(0, decision.Table.Steps.Length).FirstOrDefault(i => decision.NameOf(i) == answer.Step, -1);
        if (step >= 0)
            decision.Hear(step, isUndo: false);
        if (step < 0 || !decision.Flow.IsAwaited(step) || decision.Record(step) is not { Waiting: Waiting.Status } record
            || (record.Epoch, record.Attempts) != (answer.Epoch, answer.Attempt))
        {
            decision.Remark("changed nothing: the saga does not wait for this answer");
            return;
        }

        PauseOrGiveUp(decision, step);
    }

    static int? Due<TData>(DecisionBuilder<TData> decision, DateTimeOffset now)
        where TData : SagaData
    {
        foreach (var step in decision.Flow.Awaited)
        {
            var record = decision.Record(step);
            if (record.Due <= now || record.Waiting == Waiting.Nothing || (record.Waiting == Waiting.Release && !decision.IsHeld(step)))
                return step;
            // A held step puts the saga on hold here, so that its own time limit does not act while it can't go on.
            if (decision.Data.Limit <= now && record.Due is not null && decision.IsHeld(step))
                return step;
        }

        return null;
    }

    static void Act<TData>(DecisionBuilder<TData> decision, int step)
        where TData : SagaData
    {
        var record = decision.Record(step);
        if (record.Waiting == Waiting.Release)
            decision.Release(step);
        else if (record.Waiting == Waiting.Nothing)
            decision.Adopt(step);
        else if (decision.IsHeld(step))
            decision.Hold(step);
        else if (record.Waiting == Waiting.NextAttempt)
            decision.SendAgain(step);
        else if (record.Waiting == Waiting.Status)
            AskedInVain(decision, step);
        else
            NoAnswer(decision, step);
    }

    // One step was released and woke the saga, but another step is still held: the row must lose the deadline that woke the saga.
    static bool IsStillHeld<TData>(DecisionBuilder<TData> decision)
        where TData : SagaData
    {
        if (decision.DeadlineOf() is not null || !decision.IsAnyHeld)
            return false;
        decision.Remark("it is still held");
        return true;
    }

    static void NoAnswer<TData>(DecisionBuilder<TData> decision, int step)
        where TData : SagaData
    {
        decision.Remark($"no answer to {decision.AttemptOf(step)}, attempt {decision.Record(step).Attempts}");
        decision.Make(Flow.Apply(decision.Table, decision.Flow, step, Signal.NoAnswer));
        if (decision.Flow.Steps[step] == StepStatus.Uncertain && decision.Table.Steps[step].Inquiry is not null)
            decision.Ask(step);
        else
            PauseOrGiveUp(decision, step);
    }

    static void AskedInVain<TData>(DecisionBuilder<TData> decision, int step)
        where TData : SagaData
    {
        decision.Remark($"no answer to {decision.Table.Steps[step].Inquiry}");
        // No pause: the wait for the answer to the question took as long.
        if (decision.HasAttemptsLeft(step))
            decision.SendAgain(step);
        else
            GiveUp(decision, step);
    }

    static void PauseOrGiveUp<TData>(DecisionBuilder<TData> decision, int step)
        where TData : SagaData
    {
        if (decision.HasAttemptsLeft(step))
            decision.Pause(step);
        else
            GiveUp(decision, step);
    }

    static void GiveUp<TData>(DecisionBuilder<TData> decision, int step)
        where TData : SagaData
    {
        var attempts = decision.Record(step).Attempts;
        var reason = decision.Table.Steps[step].Kind == StepKind.External
            ? "did not come in time"
            : attempts == 1 ? "no answer to 1 attempt" : $"no answer to {attempts} attempts";
        if (decision.Record(step).Instead is { } instead)
            reason += $"; {instead}";
        decision.Make(
            Flow.Apply(decision.Table, decision.Flow, step, Signal.GivenUp),
            refusal: new Refusal(decision.NameOf(step), reason), problem: $"{decision.AttemptOf(step)}: {reason}");
    }

    static bool ActOnLimit<TData>(DecisionBuilder<TData> decision, DateTimeOffset now)
        where TData : SagaData
    {
        var flow = decision.Flow;
        if (!(decision.Data.Limit <= now) || !decision.IsLimitRunning)
            return false;

        var reason = $"not completed in time (since {decision.Data.StartedAt:u})";
        decision.LimitIsOver();
        decision.Remark(reason);
        if (Flow.CanTurnBack(decision.Table, flow))
            decision.Make(Flow.TurnBack(decision.Table, flow), refusal: new Refusal(Refusal.TimeLimit, reason));
        else
            decision.Make(Flow.Suspend(flow), problem: reason);
        return true;
    }
}
