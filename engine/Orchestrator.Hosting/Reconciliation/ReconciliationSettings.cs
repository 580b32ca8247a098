using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>The settings of reconciliation.</summary>
public static class ReconciliationSettings
{
    /// <summary>When the books are compared.</summary>
    public static readonly Setting Cron = new(
        "Reconciliation:Cron", "never", "The schedule by which one of the workers compares all books: `0 0 3 * * ?` is every night at three, UTC");

    /// <summary>All of them.</summary>
    /// <param name="reconciliations">Whose books there are.</param>
    public static IReadOnlyList<Setting> Of(params IReadOnlyList<ISagaReconciliation> reconciliations)
    {
        List<string> names = [.. Participants(reconciliations).Select(Connections.NameOf)];
        if (names is not [var first, .. var others])
            return [Cron];
        var databases = others.Count == 0
            ? "The database"
            : $"With {string.Join(", ", others.Select(name => $"`__{name}`"))}: the databases";
        return
        [
            Cron,
            new(
                $"ConnectionStrings:{first}", "the same as Postgres",
                $"{databases} from which [reconciliation](operating.md#reconciliation) reads the books "
                + $"of the other parties; `Passwords__{first}` and so on are their passwords"),
        ];
    }

    /// <summary>The participants whose books there are, each once.</summary>
    internal static IEnumerable<string> Participants(IReadOnlyList<ISagaReconciliation> reconciliations) =>
        reconciliations.SelectMany(reconciliation => reconciliation.Books).Select(book => book.Party).Except([SagaJournal.Party]);
}
