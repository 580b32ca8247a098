using Orchestrator.Contracts;

namespace Orchestrator.Sagas.Engine;

/// <summary>One row of a saga's table.</summary>
/// <remarks>Made by <see cref="StepSaga{TData}"/>, completed by the calls chained to it.</remarks>
public sealed class Step<TData>
    where TData : SagaData
{
    internal Step(StepKind kind, Type command, Func<TData, int, IStepMessage> compose)
    {
        Kind = kind;
        Command = command;
        Compose = compose;
    }

    /// <summary>The command's name, which is the step's.</summary>
    public string Name => Command.Name;

    /// <summary>What may be done about it once sent.</summary>
    public StepKind Kind { get; }

    /// <summary>The command that performs it.</summary>
    public Type Command { get; }

    /// <summary>The outcome that completes it.</summary>
    public Type? Completion { get; private set; }

    /// <summary>The outcome that refuses it; none when business can't refuse.</summary>
    public Type? RefusedWith { get; private set; }

    /// <summary>The command that undoes it; none when it can't be undone.</summary>
    public Type? Undo { get; private set; }

    /// <summary>The outcome that confirms the undo.</summary>
    public Type? Undone { get; private set; }

    internal Func<TData, int, IStepMessage> Compose { get; }

    internal Func<TData, int, IStepMessage>? ComposeUndo { get; private set; }

    internal List<MessageRole<TData>> Roles { get; } = [];

    /// <summary>The outcome that completes the step.</summary>
    /// <param name="learn">What the saga takes from the outcome into its data; nothing when omitted.</param>
    public Step<TData> CompletedBy<TOutcome>(Func<TData, TOutcome, TData>? learn = null)
        where TOutcome : class, IStepMessage
    {
        Completion = typeof(TOutcome);
        Roles.Add(new MessageRole<TData, TOutcome>(Signal.Completed, (data, outcome) => learn?.Invoke(data, outcome) ?? data));
        return this;
    }

    /// <summary>The outcome by which the participant says no.</summary>
    /// <param name="reason">What it says.</param>
    public Step<TData> RefusedBy<TOutcome>(Func<TOutcome, string> reason)
        where TOutcome : class, IStepMessage
    {
        RefusedWith = typeof(TOutcome);
        var step = Name;
        Roles.Add(new MessageRole<TData, TOutcome>(
            Signal.Refused, (data, outcome) => data.Refused is null ? data with { Refused = new Refusal(step, reason(outcome)) } : data));
        return this;
    }

    /// <summary>The command that undoes the step and the outcome that confirms it.</summary>
    /// <param name="compose">Makes the undo from the saga's data and the step's epoch.</param>
    public Step<TData> UndoneBy<TUndo, TOutcome>(Func<TData, int, TUndo> compose)
        where TUndo : class, IStepMessage
        where TOutcome : class, IStepMessage
    {
        Undo = typeof(TUndo);
        Undone = typeof(TOutcome);
        ComposeUndo = compose;
        Roles.Add(new MessageRole<TData, TOutcome>(Signal.Undone, (data, _) => data));
        return this;
    }
}
