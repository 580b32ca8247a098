namespace Orchestrator.Participants;

/// <summary>What an operation does outside the database, such as a call of a payment gateway. Every call must be safe to repeat for the
/// same act.</summary>
/// <remarks>
/// <para>
/// No transaction spans a call. The intent is committed before the call, and the outcome after it. An intent without an outcome is asked
/// about first; only
/// if nothing is known of it outside, the call is made again. So a process that dies anywhere leaves nothing that the repeated command does
/// not put right.
/// </para>
/// <para>An exception of a call means that its outcome is not known. It is not stored, and the message is tried again.</para>
/// </remarks>
/// <typeparam name="TState">The state record of one saga at the participant.</typeparam>
/// <typeparam name="TCommand">The operation's command.</typeparam>
public sealed class Effect<TState, TCommand>
    where TState : class
{
    /// <summary>Has the effect. The act's key (saga, operation, epoch) is to be the idempotency key outside, or to give it.</summary>
    public required Func<Act, TState, TCommand, CancellationToken, Task<EffectOutcome>> Call { get; init; }

    /// <summary>Asks what became of the effect: what its call got or would get if repeated; null when nothing is known of it. It must do
    /// nothing.</summary>
    public required Func<Act, CancellationToken, Task<EffectOutcome?>> Ask { get; init; }

    /// <summary>The state when the outcome is known, which is in the act.</summary>
    public Func<TState, Act, TState> Recorded { get; init; } = (state, _) => state;

    /// <summary>
    /// Takes the effect back, and says whether there was one; null when it can't be. Once it returns there is none, and a call that arrives
    /// later has none.
    /// </summary>
    public Func<Act, CancellationToken, Task<bool>>? Undo { get; init; }

    /// <summary>The state when the effect has been taken back, which may not have been there.</summary>
    public Func<TState, Act, bool, TState> Undone { get; init; } = (state, _, _) => state;
}

/// <summary>What a call outside the database decided.</summary>
/// <param name="IsDone">False when it was refused: nothing was done for this act, and nothing ever will be.</param>
/// <param name="Said">A reference of the effect, or the reason of the refusal.</param>
public sealed record EffectOutcome(bool IsDone, string? Said);
