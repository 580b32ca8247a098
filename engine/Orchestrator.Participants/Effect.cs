namespace Orchestrator.Participants;

/// <summary>
/// The effect of an operation outside the database, such as a call of a bank's API. Each call must be safe to repeat for the same act.
/// </summary>
/// <remarks>
/// <para>
/// No transaction spans a call. The intent is committed before the call, and the outcome after it. For an intent without an outcome the kit
/// asks outside first. It makes the call again only if nothing is known outside. So the repeated command completes the work of a process
/// that has died at any point.
/// </para>
/// <para>An exception of a call means that its outcome is not known. It is not stored, and the message is tried again.</para>
/// </remarks>
/// <typeparam name="TState">The state record of one saga at the participant.</typeparam>
/// <typeparam name="TCommand">The operation's command.</typeparam>
public sealed class Effect<TState, TCommand>
    where TState : class
{
    /// <summary>
    /// Makes the effect. The idempotency key outside must be the act's key (saga, operation, epoch), or must be derived from it.
    /// </summary>
    public required Func<Act, TState, TCommand, CancellationToken, Task<EffectOutcome>> Call { get; init; }

    /// <summary>
    /// Asks for the outcome of the effect: the answer that its call got, or would get if repeated. Null when nothing is known of it
    /// outside. It must not change anything.
    /// </summary>
    public required Func<Act, CancellationToken, Task<EffectOutcome?>> Ask { get; init; }

    /// <summary>Gives the state after the outcome is known. The act has the outcome.</summary>
    public Func<TState, Act, TState> Recorded { get; init; } = (state, _) => state;

    /// <summary>
    /// Takes back the effect, and returns whether there was one. After it has returned, there is no effect, and a call that arrives later
    /// has no effect. Null when the effect can't be taken back.
    /// </summary>
    public Func<Act, CancellationToken, Task<bool>>? Undo { get; init; }

    /// <summary>Gives the state after the effect was taken back. The last argument says whether there was an effect.</summary>
    public Func<TState, Act, bool, TState> Undone { get; init; } = (state, _, _) => state;
}

/// <summary>The outcome of a call outside the database.</summary>
/// <param name="IsDone">False when the call was refused. Then this act has no effect, and never will have one.</param>
/// <param name="Said">A reference of the effect, or the reason of the refusal.</param>
public sealed record EffectOutcome(bool IsDone, string? Said);
