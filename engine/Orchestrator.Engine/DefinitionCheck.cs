using System.Reflection;
using System.Text.RegularExpressions;
using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>Checks a definition, apart from the table of its steps.</summary>
static partial class DefinitionCheck
{
    // PostgreSQL cuts the name of a view after 63 characters, and there must be room for _v2.
    const int LongestKind = 58;

    public static void Check<TData>(StepSaga<TData> saga)
        where TData : SagaData
    {
        if (saga.Kind.Length > LongestKind || !Kebab().IsMatch(saga.Kind))
        {
            throw new DefinitionException(
                saga.Kind,
                "its kind names queues and a view, and is no identifier; "
                + $"write at most {LongestKind} lower-case letters, digits and single hyphens, like trip-booking");
        }

        _ = saga.Table;
        if (Problem(saga) is { } problem)
            throw new DefinitionException(saga.Kind, problem);
    }

    static string? Problem<TData>(StepSaga<TData> saga)
        where TData : SagaData
    {
        if (saga.Start is null)
            return "nothing starts it; name the event with StartedBy";
        if (saga.Completion is null || saga.Cancellation is null)
            return "its end is not announced; name one event with Completes and one with Cancels";
        if (saga.TimeLimit is { } limit && StepTiming.LimitProblem(limit) is { } problem)
            return $"it ends within {limit}; {problem}";
        if (!(saga.Pace > 0 && double.IsFinite(saga.Pace)))
            return FormattableString.Invariant($"its pace is {saga.Pace}; it must be a number above 0");
        if (saga.AllSteps.FirstOrDefault(step => step.Kind == StepKind.External && !step.HasLimit) is { } endless)
            return $"{endless.Name} is awaited for ever; name a time limit with Within";
        if (saga.AllSteps.FirstOrDefault(step => step.AgreesWith is not null && step.AgreesWith != step.Completion) is { } apart)
            return $"{apart.Name} must agree on {apart.AgreesWith!.Name}, which does not complete it; name its own outcome with AgreesOn";
        if (saga.AllSteps.Where(step => step.Money is not null).Skip(1).FirstOrDefault() is { } second)
            return $"{second.Name} is the second step that holds money; the amount may stand at one step only";
        return CommandProblem(saga) ?? MessageProblem(saga) ?? ColumnCheck.Problem<TData>(saga.Columns) ?? SearchProblem(saga);
    }

    static string? SearchProblem<TData>(StepSaga<TData> saga)
        where TData : SagaData
    {
        if (saga.Searched.FirstOrDefault(name => saga.Columns.All(column => column.Name != name)) is { } unknown)
            return $"it is searched by {unknown}, which its view does not show; name the column with Shows";
        return saga.Columns.FirstOrDefault(column => column is { IsSearched: true, IsNumber: true }) is { } number
            ? $"it is searched by {number.Name}, which is a number; name columns that are text"
            : null;
    }

    static string? CommandProblem<TData>(StepSaga<TData> saga)
        where TData : SagaData
    {
        var commands = saga.AllSteps.SelectMany(step => new[] { step.Command, step.Undo }).OfType<Type>().ToList();
        if (commands.GroupBy(command => command).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
            return $"{twice.Name} stands in the table twice; a command performs or undoes one step";
        return commands.Concat(saga.AllSteps.Select(step => step.Inquiry).OfType<Type>())
            .FirstOrDefault(command => !command.IsDefined(typeof(SentToAttribute), inherit: false)) is { } unowned
            ? $"{unowned.Name} has no owner; put [SentTo(queue)] on it"
            : saga.AllSteps.Select(QueueProblem).FirstOrDefault(problem => problem is not null);
    }

    // Another participant can't undo the step and does not know its outcome, but would answer as if it did.
    static string? QueueProblem<TData>(Step<TData> step)
        where TData : SagaData =>
        new[] { step.Undo, step.Inquiry }.OfType<Type>().FirstOrDefault(other => QueueOf(other) != QueueOf(step.Command!)) is { } apart
        ? $"{step.Name} goes to {QueueOf(step.Command!)}, and {apart.Name}, which {(apart == step.Undo ? "undoes it" : "asks about it")}, "
            + $"to {QueueOf(apart)}; "
          + "the participant that does a step must undo it and answer for it: put the same [SentTo(queue)] on both"
        : null;

    static string? MessageProblem<TData>(StepSaga<TData> saga)
        where TData : SagaData => new[] { saga.Start, saga.Cancel }.OfType<MessageRole<TData>>()
        .Concat(saga.AllSteps.SelectMany(step => step.Roles.Append(step.UnknownRole!).OfType<MessageRole<TData>>()))
        .Select(role => role.Message).Concat(saga.Sends)
        .Select(MessageContract.Problem).FirstOrDefault(problem => problem is not null);

    static string QueueOf(Type command) => command.GetCustomAttribute<SentToAttribute>()!.Queue;

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Kebab();
}
