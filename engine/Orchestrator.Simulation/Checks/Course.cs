using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Journal;

namespace Orchestrator.Simulation.Checks;

/// <summary>
/// The time that one saga was granted and the answers that it got, computed from its journal. It does not use the fields by which the
/// product itself decides.
/// </summary>
/// <param name="key">The name that people know it by.</param>
sealed class Course<TData>(string key)
    where TData : SagaData
{
    const string OutOfTime = "not completed in time", NoAnswer = "no answer to", OtherEpoch = "came for epoch";

    // A saga's times are in milliseconds, and the clock of its store jumps.
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    readonly HashSet<string> _instead = [];
    readonly List<string> _violations = [];
    DateTimeOffset _since, _last;
    TimeSpan _held;
    TimeSpan? _limit;
    JsonElement? _start;
    int _startedBy;

    /// <summary>The violations, one sentence each.</summary>
    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Follows the saga over one transition.</summary>
    /// <param name="kind">The definition that decided.</param>
    /// <param name="message">The message that came.</param>
    /// <param name="content">The content of the message as it was written.</param>
    /// <param name="row">The transition.</param>
    /// <param name="before">The saga before it; null for the first transition.</param>
    /// <param name="after">The saga after it.</param>
    public void Follow(
        SagaKind<TData> kind, ISagaMessage message, JsonElement content, JournalEntry row, SagaState<TData>? before, SagaState<TData> after)
    {
        if (before is not null && IsHeld(before))
            _held += row.At - _last;
        _last = row.At;
        if (kind.Definition.Starts(message.GetType()))
            Start(kind, content, row);
        if (message is ResumeSaga && before?.Lifecycle == Lifecycle.Suspended && after.Lifecycle != Lifecycle.Suspended)
        {
            Grant(kind, row.At);
            _instead.Clear();
        }

        if (row.Remark?.Contains(OutOfTime, StringComparison.Ordinal) == true && row.At - _since - _held is var granted
            && granted < _limit - Tolerance)
            _violations.Add($"{key} has a limit of {_limit} and got only {granted}, without the time in which it was held");
        if (before is not null)
            Compare(before.Data, after.Data, row);
    }

    void Start(SagaKind<TData> kind, JsonElement content, JournalEntry row)
    {
        if (_start is null)
        {
            (_start, _startedBy) = (content, row.Version);
            Grant(kind, row.At);
        }
        else if (row.Version == _startedBy && !JsonElement.DeepEquals(content, _start.Value)
            && !row.Outgoing.Any(sent => sent.IsEvent && !kind.Ends.Contains(sent.MessageType)))
        {
            _violations.Add($"another {kind.Definition.StartedWith!.Name} came with the id of {key}, and no event was published");
        }
    }

    void Grant(SagaKind<TData> kind, DateTimeOffset now) => (_since, _held, _limit) = (now, TimeSpan.Zero, kind.Definition.TimeLimit);

    // The reason for giving up a step must name the message that came instead of its answer.
    void Compare(TData before, TData after, JournalEntry row)
    {
        if (row.Remark?.Contains(OtherEpoch, StringComparison.Ordinal) == true)
        {
            _instead.UnionWith(before.Steps
                .Where(step => IsAwaited(step.Value) && row.Remark.Contains($" of {step.Key}, which is at ", StringComparison.Ordinal))
                .Select(step => step.Key));
        }

        var (step, reason) = before.Refused is null && after.Refused is { } refused ? (refused.Step, refused.Reason)
            : before.Suspended is null && after.Suspended is { } suspended ? (suspended.Step, suspended.Reason) : ("", "");
        if (_instead.Contains(step) && reason.Contains(NoAnswer, StringComparison.Ordinal)
            && !reason.Contains(OtherEpoch, StringComparison.Ordinal))
            _violations.Add($"{key} gives as the reason for {step}: {reason}; but it was answered for another epoch");
        _instead.RemoveWhere(known => IsUndoing(before, known) != IsUndoing(after, known) || !IsAwaited(after.Steps[known]));
    }

    static bool IsHeld(SagaState<TData> state) => state.Data.Steps.Values.Any(step => step.Waiting == Waiting.Release);

    static bool IsAwaited(StepRecord step) => step.Status is StepStatus.Sent or StepStatus.Uncertain or StepStatus.Undoing;

    static bool IsUndoing(TData data, string step) => data.Steps[step].Status == StepStatus.Undoing;
}
