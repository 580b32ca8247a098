using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Journal;
using Orchestrator.Journal.Search;
using Orchestrator.Storage;
using Orchestrator.Storage.Views;

namespace Orchestrator.Tests.Integration.Journal;

/// <summary>The views of the journal, made as a worker makes them at its start.</summary>
static class Views
{
    /// <summary>Brings them to the definition of a kind.</summary>
    public static async Task Bring(Database database, ISagaKind kind, ILogger<ViewUpkeep>? logger = null)
    {
        await new SagaSearch(database, [kind], NullLogger<SagaSearch>.Instance).Begin();
        await new ViewUpkeep(database, JournalViews.Of(database.Dialect, [kind]), logger ?? NullLogger<ViewUpkeep>.Instance).Bring();
    }
}
