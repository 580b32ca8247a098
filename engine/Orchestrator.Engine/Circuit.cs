namespace Orchestrator.Engine;

/// <summary>A command of a step, or its undo, that the breaker holds when no participant answers it.</summary>
/// <param name="Step">The step's name.</param>
/// <param name="Command">The command's name; the step's own name unless it is the undo.</param>
/// <param name="Answers">The names of the messages that answer it.</param>
/// <param name="Limit">How long one answer may take.</param>
/// <param name="LongestWait">The longest time between two deadlines of a saga that waits for an answer.</param>
/// <param name="GivesUpAfter">How soon a saga gives up without an answer.</param>
public sealed record Circuit(
    string Step, string Command, IReadOnlyList<string> Answers, TimeSpan Limit, TimeSpan LongestWait, TimeSpan GivesUpAfter)
{
    /// <summary>Whether it is the step's undo.</summary>
    public bool IsUndo => Command != Step;

    /// <summary>The circuits of a saga. Steps that people answer, and steps without a command, have none.</summary>
    public static IReadOnlyList<Circuit> Of<TData>(StepSaga<TData> definition)
        where TData : SagaData =>
            [.. definition.AllSteps.Where(step => step.Command is not null && !step.IsAnsweredByPeople)
                .SelectMany(step => Of(step, definition.Pace))];

    static IEnumerable<Circuit> Of<TData>(Step<TData> step, double pace)
        where TData : SagaData
    {
        yield return Make(step.Name, step.Timing, step.Completion, step.RefusedWith, step.Unknown);
        if (step.Undo is { } undo)
            yield return Make(undo.Name, step.UndoTiming, step.Undone, step.UndoRefusedWith);

        Circuit Make(string command, StepTiming timing, params Type?[] answers) => new(
            step.Name, command, [.. answers.OfType<Type>().Select(type => type.Name)],
            timing.Limit * pace, (timing.Limit > timing.LongestPause ? timing.Limit : timing.LongestPause) * pace,
            timing.GivesUpAfter() * pace);
    }
}
