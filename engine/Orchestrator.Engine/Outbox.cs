using System.Collections.ObjectModel;

namespace Orchestrator.Engine;

/// <summary>
/// Where a state machine leaves what it would send, for a saga repository that commits it with the transition. A payload of the
/// consume context; without one, the state machine sends by itself.
/// </summary>
public sealed class Outbox : Collection<Outgoing>;
