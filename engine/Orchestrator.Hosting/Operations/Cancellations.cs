using Orchestrator.Contracts;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Operations;

/// <summary>The message by which each kind of saga is cancelled.</summary>
static class Cancellations
{
    /// <summary>Makes it; every cancellation says which saga, who wants it and why, in this order.</summary>
    /// <returns>Null when sagas of this kind can't be cancelled.</returns>
    public static ICancellation? Of(ISagaKind kind, Guid saga, string requestedBy, string reason) =>
        kind.Receives.FirstOrDefault(type => type.IsAssignableTo(typeof(ICancellation))) is { } type
            ? (ICancellation)Activator.CreateInstance(type, saga, requestedBy, reason)!
            : null;
}
