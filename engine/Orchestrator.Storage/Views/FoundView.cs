namespace Orchestrator.Storage.Views;

/// <summary>What a database has under a view's name.</summary>
/// <param name="Mark">The mark that it carries.</param>
/// <param name="Stranger">Why it must not be touched, as the rest of a sentence about it; null when a version of this program made
/// it.</param>
/// <param name="Dependents">The objects that are built on it.</param>
/// <param name="HasSameText">True when its statement is known to be the one of this definition, although it has no mark.</param>
public sealed record FoundView(ViewMark? Mark, string? Stranger, IReadOnlyList<string> Dependents, bool HasSameText);
