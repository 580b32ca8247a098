using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>A message that a transition sends.</summary>
/// <param name="MessageId">Derived from the saga, its transition and the message's place in it.</param>
/// <param name="Message">The message.</param>
/// <param name="Queue">The owner's queue; absent for an event, which is published.</param>
/// <param name="Step">The step that a command performs or undoes; absent for an event.</param>
/// <param name="Attempt">Which sending of the command this is, from 1; 0 for an event.</param>
/// <param name="IsUndo">Whether a command undoes its step.</param>
public sealed record Outgoing(Guid MessageId, ISagaMessage Message, string? Queue, string? Step, int Attempt, bool IsUndo);
