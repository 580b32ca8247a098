using System.Globalization;
using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>
/// The parts of a table that two versions differ in: its steps, their order, kinds and messages. It leaves out what may change without
/// harm to running sagas: time limits, attempts, lambdas and the names of classes.
/// </summary>
public static class TableFingerprint
{
    /// <summary>The version of the text's form. Raise it when the form changes, so that texts of two forms are not compared.</summary>
    public const int Format = 1;

    /// <summary>The table in lines: what begins and ends it, then its steps.</summary>
    public static string Of<TData>(StepSaga<TData> definition)
        where TData : SagaData => string.Join('\n', Lines(definition));

    static IEnumerable<string> Lines<TData>(StepSaga<TData> definition)
        where TData : SagaData
    {
        yield return $"started by {Name(definition.StartedWith)}";
        yield return $"cancelled by {Name(definition.CancelledWith)}";
        yield return "ends with "
            + string.Join(", ", definition.EndEvents.Concat(definition.Answers).Select(Name).Order(StringComparer.Ordinal));
        for (var stage = 0; stage < definition.Stages.Count; stage++)
        {
            foreach (var step in definition.Stages[stage])
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{stage + 1} {step.Name}: {step.Kind}")
                    + $", command {Name(step.Command)}, completed by {Name(step.Completion)}, refused by {Name(step.RefusedWith)}"
                    + $", undone by {Name(step.Undo)}, {Name(step.Undone)}, {Name(step.UndoRefusedWith)}, asked by {Name(step.Inquiry)}, "
                    + $"{Name(step.Unknown)}";
            }
        }
    }

    // As MassTransit writes it on the wire.
    static string Name(Type? message) => message is null ? "-" : MessageContract.Urn(message);
}
