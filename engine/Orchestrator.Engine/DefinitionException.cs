namespace Orchestrator.Engine;

/// <summary>A saga's table can't work as written; the host does not start with it.</summary>
public sealed class DefinitionException(string saga, string problem) : Exception($"saga {saga}: {problem}");
