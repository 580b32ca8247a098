using Orchestrator.Contracts;
using Orchestrator.Engine;

namespace Orchestrator.Testing;

/// <summary>A walk through every state that a saga can reach, with every message that it may get there.</summary>
/// <param name="States">How many states were met, counted by what each step stands at.</param>
/// <param name="Messages">How many messages were given to the saga in each of them.</param>
public sealed record SagaWalk(int States, int Messages)
{
    /// <summary>Walks, and looks at each decision on the way.</summary>
    /// <remarks>
    /// Each state must handle each message, and have a next move: a deadline, an end, or a reason for an operator. What is attempted is
    /// undone before the saga is cancelled, nothing is undone after the pivot was sent, no two messages have one id, and no message lacks
    /// a value. Operators resolve every step with every result, so what outcomes bring may be missing.
    /// </remarks>
    /// <param name="start">A message that starts an instance.</param>
    /// <param name="samples">Messages to give in the place of made-up samples of their types.</param>
    /// <typeparam name="TSaga">The saga.</typeparam>
    /// <typeparam name="TData">What it keeps.</typeparam>
    /// <returns>How far the walk went.</returns>
    /// <exception cref="SagaTestException">Something does not hold; the message names the state and the message.</exception>
    public static SagaWalk Check<TSaga, TData>(ISagaMessage start, params IReadOnlyList<ISagaMessage> samples)
        where TSaga : StepSaga<TData>, new()
        where TData : SagaData => new SagaWalker<TData>(new TSaga(), start, samples).ToItsEnd();
}
