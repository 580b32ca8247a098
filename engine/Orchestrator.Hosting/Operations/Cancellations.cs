using Orchestrator.Contracts;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Operations;

/// <summary>Makes the message that cancels a saga, for each kind.</summary>
static class Cancellations
{
    /// <summary>Makes the message. The constructor of every cancellation takes the saga, the actor and the reason, in this order.</summary>
    /// <returns>Null when sagas of this kind can't be cancelled.</returns>
    public static ICancellation? Of(ISagaKind kind, Guid saga, string requestedBy, string reason) =>
        kind.Receives.FirstOrDefault(type => type.IsAssignableTo(typeof(ICancellation))) is { } type
            ? (ICancellation)Activator.CreateInstance(type, saga, requestedBy, reason)!
            : null;
}
