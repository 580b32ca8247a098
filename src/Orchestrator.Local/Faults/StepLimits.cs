using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Local.Faults;

/// <summary>How long the order saga waits for the answers to its commands.</summary>
sealed class StepLimits
{
    readonly Dictionary<string, TimeSpan> _limits = [];

    public StepLimits(StepSaga<Order> saga)
    {
        foreach (var step in saga.Stages.SelectMany(stage => stage))
        {
            _limits[step.Name] = step.Timing.Limit * saga.Pace;
            if (step.Undo is { } undo)
                _limits[undo.Name] = step.UndoTiming.Limit * saga.Pace;
        }
    }

    /// <summary>The time limit of a command, an undo, or an inquiry.</summary>
    public TimeSpan Of(IStepMessage command) => _limits.GetValueOrDefault(Refusals.ActOf(command));
}
