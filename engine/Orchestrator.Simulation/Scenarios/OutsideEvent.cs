using Orchestrator.Contracts;
using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>What happens outside after an event.</summary>
/// <param name="Cause">The event's type.</param>
/// <param name="Happens">Makes what happens.</param>
/// <param name="After">How long that takes; null when it never happens.</param>
/// <param name="OnlyIf">Whether it happens after all; it always does when absent.</param>
sealed record OutsideEvent(
    Type Cause, Func<Guid, ISagaMessage> Happens, Func<Guid, TimeSpan?> After, Func<MemoryDatabase, Guid, bool>? OnlyIf)
{
    /// <summary>The event on the wire. The message id is the instance's, so a second one is the same message again.</summary>
    public Message MessageOf(Guid saga)
    {
        var happened = Happens(saga);
        return Message.Of(DerivedId.From(saga.ToString(), happened.GetType().Name), happened, null, mayBeLost: false);
    }
}
