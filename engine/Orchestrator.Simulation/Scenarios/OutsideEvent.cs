using Orchestrator.Contracts;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>An event from outside that follows another event.</summary>
/// <param name="Cause">The type of the first event.</param>
/// <param name="Happens">Makes the event from outside.</param>
/// <param name="After">The time between the two events; null when the second never happens.</param>
/// <param name="OnlyIf">Whether it still happens when the time has come; null for always.</param>
sealed record OutsideEvent(
    Type Cause, Func<Guid, ISagaMessage> Happens, Func<Guid, TimeSpan?> After, Func<MemoryDatabase, Guid, bool>? OnlyIf)
{
    /// <summary>The event on the wire. Its message id is derived from the saga's id, so a second one is a copy of the first.</summary>
    public Message MessageOf(Guid saga)
    {
        var happened = Happens(saga);
        return Message.Of(DerivedId.From(saga.ToString(), happened.GetType().Name), happened, null, mayBeLost: false);
    }
}
