using System.Collections.Immutable;

namespace Orchestrator.Engine;

/// <summary>The checked steps of a saga in order, without the saga's data.</summary>
public sealed class StepTable
{
    const int MostSteps = 64; // FlowState has a bit for each.

    readonly ImmutableArray<int> _stageOf;

    /// <summary>Checks the table.</summary>
    /// <param name="kind">The saga's name, for messages.</param>
    /// <param name="stages">The steps in order; those of one stage run side by side.</param>
    /// <exception cref="DefinitionException">The table can't work as written.</exception>
    public StepTable(string kind, IReadOnlyList<IReadOnlyList<StepShape>> stages)
    {
        Kind = kind;
        Steps = [.. stages.SelectMany(stage => stage)];
        _stageOf = [.. stages.SelectMany((stage, index) => stage.Select(_ => index))];
        StageCount = stages.Count;
        Pivot = Steps.Select((step, index) => (step, index)).Where(at => at.step.Kind == StepKind.Pivot).Select(at => (int?)at.index)
            .FirstOrDefault();
        Check();
    }

    /// <summary>The saga's name.</summary>
    public string Kind { get; }

    /// <summary>Every step, in order.</summary>
    public ImmutableArray<StepShape> Steps { get; }

    /// <summary>The place of the pivot, or null for a table without a pivot.</summary>
    public int? Pivot { get; }

    /// <summary>How many stages there are.</summary>
    public int StageCount { get; }

    /// <summary>The stage that a step belongs to.</summary>
    public int StageOf(int step) => _stageOf[step];

    /// <summary>The places of a stage's steps.</summary>
    public IEnumerable<int> StepsOf(int stage) => Enumerable.Range(0, Steps.Length).Where(step => _stageOf[step] == stage);

    void Check()
    {
        if (Steps.IsEmpty)
            throw Problem("it has no steps");
        if (Steps.Length > MostSteps)
            throw Problem($"it has {Steps.Length} steps; at most {MostSteps} are possible");
        if (Steps.GroupBy(step => step.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Problem($"{twice.Key} stands in the table twice");
        if (Steps.Count(step => step.Kind == StepKind.Pivot) > 1)
            throw Problem("it has two pivots; only one step can be the last that business may refuse");
        for (var i = 0; i < Steps.Length; i++)
        {
            CheckStep(Steps[i], i);
            CheckTiming(Steps[i]);
        }
    }

    void CheckStep(StepShape step, int index)
    {
        var stage = _stageOf[index];
        int? pivotStage = Pivot is { } pivot ? _stageOf[pivot] : null;
        if (step.Completion is null)
            throw Problem($"nothing completes {step.Name}; name its outcome with CompletedBy");
        if (step is { IsNeverRefused: true, Refusal: { } refusal })
            throw Problem($"{step.Name} is never refused, and {refusal} refuses it; remove NeverRefused or RefusedBy");
        switch (step.Kind)
        {
            case StepKind.Compensatable when step.Undo is null:
                throw Problem($"{step.Name} is compensatable but has no undo; name one with UndoneBy");
            case StepKind.Compensatable when stage >= pivotStage:
                throw Problem($"{step.Name} is compensatable but does not stand before the pivot; after it only forward is possible");
            case StepKind.Pivot when StepsOf(stage).Count() > 1:
                throw Problem($"{step.Name} is the pivot and stands in a parallel group; it must stand alone");
            case StepKind.Pivot when step.Undo is not null:
                throw Problem($"{step.Name} is the pivot but has an undo; the pivot is the point of no return");
            case StepKind.Pivot when step is { Refusal: null, IsNeverRefused: false }:
                throw Problem(
                    $"{step.Name} is the pivot but nothing refuses it; name its refusal with RefusedBy, or say NeverRefused if there is "
                    + $"none");
            case StepKind.Retriable when pivotStage is null || stage <= pivotStage:
                throw Problem($"{step.Name} is retriable but does not stand after a pivot");
            case StepKind.Retriable when step.Undo is not null:
                throw Problem($"{step.Name} is retriable but has an undo; after the pivot only forward is possible");
            case StepKind.External when step.Refusal is not null || step.Undo is not null || step.Inquiry is not null:
                throw Problem(
                    $"{step.Name} comes from outside but can be refused, undone or asked about; there is no participant to do so");
            default:
                break;
        }
    }

    void CheckTiming(StepShape step)
    {
        if (step.Timing.Problem() is { } problem)
            throw Problem($"{step.Name} {problem}");
        if (step.Undo is not null && step.UndoTiming.Problem() is { } undoProblem)
            throw Problem($"{step.Undo} {undoProblem}");
    }

    DefinitionException Problem(string problem) => new(Kind, problem);
}
