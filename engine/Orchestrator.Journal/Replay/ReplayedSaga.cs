namespace Orchestrator.Journal.Replay;

/// <summary>The result of deciding a recorded saga again.</summary>
/// <param name="Id">The saga.</param>
/// <param name="BusinessKey">The name that people know it by.</param>
/// <param name="Transitions">How many transitions its journal has.</param>
/// <param name="Difference">The first difference from the recorded rows, as a sentence. Null if nothing differs.</param>
public sealed record ReplayedSaga(Guid Id, string BusinessKey, int Transitions, string? Difference);
