namespace Orchestrator.Storage.Views;

/// <summary>How new the definition of a view is.</summary>
/// <param name="Definition">The version of what the view shows.</param>
/// <param name="Format">The version of the code that writes the view's statement.</param>
public readonly record struct ViewRevision(int Definition, int Format)
{
    /// <summary>Whether it is newer than another one.</summary>
    public bool IsNewerThan(ViewRevision other) => (Definition, Format).CompareTo((other.Definition, other.Format)) > 0;
}
