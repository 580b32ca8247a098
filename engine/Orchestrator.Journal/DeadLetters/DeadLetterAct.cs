namespace Orchestrator.Journal.DeadLetters;

/// <summary>What an operator did with a dead letter.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="By">Who.</param>
/// <param name="Why">Why.</param>
public sealed record DeadLetterAct(DateTimeOffset At, string By, string Why);
