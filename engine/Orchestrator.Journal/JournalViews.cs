using Orchestrator.Storage;
using Orchestrator.Storage.Views;

namespace Orchestrator.Journal;

/// <summary>The journal's views: the timeline, and one for each kind of saga.</summary>
public static class JournalViews
{
    /// <summary>The views as this version defines them.</summary>
    /// <param name="dialect">The SQL that they are written in.</param>
    /// <param name="kinds">The kinds of saga that the process runs.</param>
    public static IReadOnlyList<StoredView> Of(Dialect dialect, IEnumerable<ISagaKind> kinds) =>
        [TimelineView.Of(dialect == Dialect.Sqlite), .. kinds.Select(kind => SagaView.Of(kind, dialect == Dialect.Sqlite))];
}
