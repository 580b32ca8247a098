using System.Globalization;
using System.Reflection;
using System.Text;
using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>A saga's table as a Markdown document for people: the steps in order, who does them, and what happens when one fails.</summary>
public static class SagaDocument
{
    const string None = "–";

    /// <summary>Writes the document. Pure: the same definition gives the same text.</summary>
    /// <returns>Markdown; lines end with a line feed.</returns>
    /// <exception cref="DefinitionException">The table can't work as written.</exception>
    public static string Write<TData>(StepSaga<TData> definition)
        where TData : SagaData
    {
        _ = definition.Messages;
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"# The saga {definition.Kind}\n\nVersion {definition.Version} of its table, written from the source.\n\n");
        Frame(text, definition);
        Steps(text, definition);
        Ways(text, definition);
        text.Append("\n## States\n\nHow outcomes move the saga. Changes by time limits and operators are left out.\n\n```mermaid\n");
        text.Append(MermaidDiagram.Draw(definition)).Append("```\n");
        return text.ToString();
    }

    static void Frame<TData>(StringBuilder text, StepSaga<TData> definition)
        where TData : SagaData
    {
        var pivot = PivotOf(definition);
        var tooLate = pivot is null ? "until it is completed" : $"until {Code(pivot.Name)} has been sent";
        List<(string What, string Answer)> rows =
        [
            ("Starts with", $"the event {Code(definition.StartedWith!.Name)}"),
            ("Another content under the same id",
                definition.Conflict is { } conflict ? $"is answered by {Code(Made(conflict))}" : "goes to the dead letters"),
            ("Can be cancelled", definition.CancelledWith is { } cancel
                ? $"by {Code(cancel.Name)}, {tooLate}; then the answer is {Code(Made(definition.CancellationRefusal))}"
                : "by an operator only"),
            ("May take", definition.TimeLimit is { } limit
                ? $"{Time(limit)} from its first message; then it is taken "
                    + $"back{(pivot is null ? "" : $" or, once {Code(pivot.Name)} has been sent, an operator is called")}"
                : "any time"),
            ("Ends with",
                $"{Code(Made(definition.Completion))} when every step is done, {Code(Made(definition.Cancellation))} when everything is "
                + $"taken back"),
        ];
        if (definition.HasUniqueKey)
        {
            var answer = definition.Conflict is { } told ? $", and answered by {Code(Made(told))}" : "";
            rows.Insert(2, ("Another saga with its business key", $"is cancelled before its first step{answer}"));
        }

        text.Append("| | |\n|---|---|\n");
        foreach (var (what, answer) in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {answer} |\n");
    }

    static void Steps<TData>(StringBuilder text, StepSaga<TData> definition)
        where TData : SagaData
    {
        text.Append("\n## Steps\n\n");
        if (definition.Stages.Any(stage => stage.Count > 1))
            text.Append("Steps with the same number run side by side.\n\n");
        string[] columns =
        [
            "", "Step", "Kind", "Command", "Goes to", "Completed by", "Refused by", "Undone by", "Asked about by", "Waits for an answer",
            "Sent at most",
        ];
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns)} |\n|{string.Concat(columns.Select(_ => "---|"))}\n");
        foreach (var (stage, number) in definition.Stages.Select((stage, index) => (stage, index + 1)))
        {
            foreach (var step in stage)
                text.Append(CultureInfo.InvariantCulture, $"| {number} | {string.Join(" | ", Row(step))} |\n");
        }
    }

    static IEnumerable<string> Row<TData>(Step<TData> step)
        where TData : SagaData =>
    [
        Words(step.Name),
        step.Kind switch
        {
            StepKind.Compensatable => "can be undone",
            StepKind.Pivot => "point of no return (pivot)",
            StepKind.Retriable => "only forward (retriable)",
            _ => "waits for an event from outside",
        },
        Code(step.Command?.Name),
        Code(step.Command is null ? null : Queue(step.Command)),
        Code(step.Completion?.Name),
        step.IsNeverRefused ? "never" : Code(step.RefusedWith?.Name),
        Undo(step),
        step.Inquiry is { } inquiry ? $"{Code(inquiry.Name)}; {Code(step.Unknown!.Name)} when nothing is known" : None,
        Time(step.Timing.Limit),
        step.Command is null ? None : Attempts(step.Timing),
    ];

    static string Undo<TData>(Step<TData> step)
        where TData : SagaData
    {
        if (step.Undo is null)
            return None;
        var refused = step.UndoRefusedWith is { } refusal ? $", refused by {Code(refusal.Name)}" : "";
        return $"{Code(step.Undo.Name)}, confirmed by {Code(step.Undone!.Name)}{refused}; {Time(step.UndoTiming.Limit)}, "
            + $"{Attempts(step.UndoTiming)}";
    }

    static void Ways<TData>(StringBuilder text, StepSaga<TData> definition)
        where TData : SagaData
    {
        text.Append("\n## When something fails\n\n");
        var pivot = PivotOf(definition);
        text.Append(
            CultureInfo.InvariantCulture,
            $"- A step is refused, or has no answer to its last attempt{(pivot is null ? "" : $", before {Code(pivot.Name)}")}: what was "
            + $"attempted is undone, last first, and each undo is confirmed before the next.\n");
        if (pivot is not null)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"- {Code(pivot.Name)} {(pivot.IsNeverRefused ? "is never refused" : "is refused: the same")}. It has no answer to its "
                + $"last attempt: an operator is called, because it is not known whether it was done.\n");
            text.Append(
                CultureInfo.InvariantCulture,
                $"- After {Code(pivot.Name)} it only goes forward; a step without an answer to its last attempt calls an operator.\n");
            foreach (var step in definition.AllSteps.Where(step => step.Kind == StepKind.Retriable && step.RefusedWith is not null))
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"- {Code(step.RefusedWith!.Name)} calls an operator, who tries {Code(step.Name)} again under a new idempotency key "
                    + $"or resolves it as done.\n");
        }

        foreach (var step in definition.AllSteps.Where(step => step.AgreesWith is not null))
            text.Append(
                CultureInfo.InvariantCulture,
                $"- {Code(step.AgreesWith!.Name)} contradicts what the saga knows: an operator is called, with both values.\n");
        text.Append("- An undo is refused, or has no answer to its last attempt: an operator is called.\n");
    }

    static Step<TData>? PivotOf<TData>(StepSaga<TData> definition)
        where TData : SagaData => definition.AllSteps.FirstOrDefault(step => step.Kind == StepKind.Pivot);

    // The delegate keeps the type of the event that it makes, although the property that holds it has a more general type.
    static string Made(Delegate compose) => compose.GetType().GetGenericArguments()[^1].Name;

    static string Queue(Type command) => command.GetCustomAttribute<SentToAttribute>()!.Queue;

    static string Code(string? name) => name is null ? None : $"`{name}`";

    static string Attempts(StepTiming timing) => timing.Attempts == 1
        ? "once"
        : $"{timing.Attempts} times, pauses from {Time(timing.Pause)} to {Time(timing.LongestPause)}";

    static string Time(TimeSpan time) => time switch
    {
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerHour == 0 =>
            string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerHour} h"),
        { Ticks: var ticks } when ticks % TimeSpan.TicksPerMinute == 0 =>
            string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerMinute} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s"),
    };

    // ReserveSeat: Reserve seat.
    static string Words(string name) =>
        string.Concat(
            name.Select((letter, index) => index > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString()));
}
