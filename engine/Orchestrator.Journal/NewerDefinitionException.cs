using Orchestrator.Contracts;

namespace Orchestrator.Journal;

/// <summary>A saga was moved by a newer version of its definition, which this process does not have.</summary>
public sealed class NewerDefinitionException(string kind, Guid sagaId, int theirs, int ours)
    : TellableException(
        $"{kind} {sagaId} runs on version {theirs} of its definition and this process has version {ours}; run the newer program");
