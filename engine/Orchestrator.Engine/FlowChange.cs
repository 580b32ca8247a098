using System.Collections.Immutable;

namespace Orchestrator.Engine;

/// <summary>What a signal changes.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Do">Steps whose command goes out.</param>
/// <param name="Undo">Steps whose undo goes out.</param>
public sealed record FlowChange(FlowState State, ImmutableArray<int> Do, ImmutableArray<int> Undo);
