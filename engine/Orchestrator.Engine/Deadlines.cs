using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>What a saga does when nothing came in time: ask, try again, turn back, or call an operator.</summary>
static class Deadlines
{
    /// <summary>Acts on everything that is due.</summary>
    /// <returns>Whether anything was.</returns>
    public static bool Act<TData>(Transition<TData> transition, DateTimeOffset now)
        where TData : SagaData
    {
        var acted = false;
        for (; Due(transition, now) is { } step; acted = true)
            Act(transition, step);
        return ActOnLimit(transition, now) || acted || IsStillHeld(transition);
    }

    /// <summary>The participant knows of no outcome: the command may be sent again.</summary>
    public static void Unknown<TData>(Transition<TData> transition, IStepInquiry answer)
        where TData : SagaData
    {
        var step = Enumerable.Range(0, transition.Table.Steps.Length).FirstOrDefault(i => transition.NameOf(i) == answer.Step, -1);
        if (step >= 0)
            transition.Hear(step, isUndo: false);
        if (step < 0 || !transition.Flow.IsAwaited(step) || transition.Record(step) is not { Waiting: Waiting.Status } record
            || (record.Epoch, record.Attempts) != (answer.Epoch, answer.Attempt))
        {
            transition.Remark("changed nothing: that is not being asked");
            return;
        }

        PauseOrGiveUp(transition, step);
    }

    static int? Due<TData>(Transition<TData> transition, DateTimeOffset now)
        where TData : SagaData
    {
        foreach (var step in transition.Flow.Awaited)
        {
            var record = transition.Record(step);
            if (record.Due <= now || record.Waiting == Waiting.Nothing || (record.Waiting == Waiting.Release && !transition.IsHeld(step)))
                return step;
            // The limit of the whole saga must not pass for what the saga can't do anything about.
            if (transition.Data.Limit <= now && record.Due is not null && transition.IsHeld(step))
                return step;
        }

        return null;
    }

    static void Act<TData>(Transition<TData> transition, int step)
        where TData : SagaData
    {
        var record = transition.Record(step);
        if (record.Waiting == Waiting.Release)
            transition.Release(step);
        else if (record.Waiting == Waiting.Nothing)
            transition.Adopt(step);
        else if (transition.IsHeld(step))
            transition.Hold(step);
        else if (record.Waiting == Waiting.NextAttempt)
            transition.SendAgain(step);
        else if (record.Waiting == Waiting.Status)
            AskedInVain(transition, step);
        else
            NoAnswer(transition, step);
    }

    // Woken since one step was released, while another one is held: the row must lose the deadline by which it was woken.
    static bool IsStillHeld<TData>(Transition<TData> transition)
        where TData : SagaData
    {
        if (transition.DeadlineOf() is not null || !transition.IsAnyHeld)
            return false;
        transition.Remark("it is still held");
        return true;
    }

    static void NoAnswer<TData>(Transition<TData> transition, int step)
        where TData : SagaData
    {
        transition.Remark($"no answer to {transition.AttemptOf(step)}, attempt {transition.Record(step).Attempts}");
        transition.Make(Flow.Apply(transition.Table, transition.Flow, step, Signal.NoAnswer));
        if (transition.Flow.Steps[step] == StepStatus.Uncertain && transition.Table.Steps[step].Inquiry is not null)
            transition.Ask(step);
        else
            PauseOrGiveUp(transition, step);
    }

    static void AskedInVain<TData>(Transition<TData> transition, int step)
        where TData : SagaData
    {
        transition.Remark($"no answer to {transition.Table.Steps[step].Inquiry}");
        // The question took as long as a pause would have.
        if (transition.HasAttemptsLeft(step))
            transition.SendAgain(step);
        else
            GiveUp(transition, step);
    }

    static void PauseOrGiveUp<TData>(Transition<TData> transition, int step)
        where TData : SagaData
    {
        if (transition.HasAttemptsLeft(step))
            transition.Pause(step);
        else
            GiveUp(transition, step);
    }

    static void GiveUp<TData>(Transition<TData> transition, int step)
        where TData : SagaData
    {
        var attempts = transition.Record(step).Attempts;
        var reason = transition.Table.Steps[step].Kind == StepKind.External
            ? "did not come in time"
            : attempts == 1 ? "no answer to 1 attempt" : $"no answer to {attempts} attempts";
        if (transition.Record(step).Instead is { } instead)
            reason += $"; {instead}";
        transition.Make(
            Flow.Apply(transition.Table, transition.Flow, step, Signal.GivenUp),
            turn: new Refusal(transition.NameOf(step), reason), problem: $"{transition.AttemptOf(step)}: {reason}");
    }

    static bool ActOnLimit<TData>(Transition<TData> transition, DateTimeOffset now)
        where TData : SagaData
    {
        var flow = transition.Flow;
        if (!(transition.Data.Limit <= now) || !transition.IsLimitRunning)
            return false;

        var reason = $"not completed in time (since {transition.Data.StartedAt:u})";
        transition.LimitIsOver();
        transition.Remark(reason);
        if (Flow.CanTurnBack(transition.Table, flow))
            transition.Make(Flow.TurnBack(transition.Table, flow), turn: new Refusal(Refusal.TimeLimit, reason));
        else
            transition.Make(Flow.Suspend(flow), problem: reason);
        return true;
    }
}
