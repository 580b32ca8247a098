using Orchestrator.Contracts;
using Orchestrator.Engine;

namespace Orchestrator.Testing;

/// <summary>A walk through every state that a saga can reach, with every message that it can get in that state.</summary>
/// <param name="States">How many states the walk has met. A state is the combination of the states of all steps.</param>
/// <param name="Messages">How many messages the saga got in each state.</param>
public sealed record SagaWalk(int States, int Messages)
{
    /// <summary>Walks through the states, and checks each decision.</summary>
    /// <remarks>
    /// Each state must handle each message, and must have a deadline, be an end, or have a reason for an operator. Attempted steps are
    /// undone before the saga is cancelled. Nothing is undone after the pivot was sent. No two messages have the same id, and no message
    /// lacks a value. Operators resolve every step with every result, so data that an outcome brings may be missing.
    /// </remarks>
    /// <param name="start">A message that starts a saga.</param>
    /// <param name="samples">Messages to use instead of generated samples of their types.</param>
    /// <typeparam name="TSaga">The saga.</typeparam>
    /// <typeparam name="TData">The data of the saga.</typeparam>
    /// <returns>How far the walk went.</returns>
    /// <exception cref="SagaTestException">A condition is not met. The text of the exception names the state and the message.</exception>
    public static SagaWalk Check<TSaga, TData>(ISagaMessage start, params IReadOnlyList<ISagaMessage> samples)
        where TSaga : StepSaga<TData>, new()
        where TData : SagaData => new SagaWalker<TData>(new TSaga(), start, samples).ToItsEnd();
}
