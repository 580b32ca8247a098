using Orchestrator.Contracts;

namespace Orchestrator.Journal;

/// <summary>A command for a kind of saga that another program runs on the same database.</summary>
public sealed class OtherProgramException(string kind, IEnumerable<string> ours) : TellableException(
    $"{kind} is run by another program on this database, and this one runs {string.Join(", ", ours)}; start that program");
