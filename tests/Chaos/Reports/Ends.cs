using Orchestrator.Tests.Chaos.Checks;

namespace Orchestrator.Tests.Chaos.Reports;

/// <summary>How the orders ended.</summary>
/// <param name="ByState">The number of orders in each state.</param>
/// <param name="Remarked">The number of messages that came late, or again under other ids. The journals remark them.</param>
sealed record Ends(IReadOnlyDictionary<string, long> ByState, long Remarked)
{
    /// <summary>The number of orders.</summary>
    public long Orders => ByState.Values.Sum();

    /// <summary>Reads the store of the worker.</summary>
    public static async Task<Ends> Of(Books books) => new(
        (await books.Of("orchestrator").Read(sql => sql.Query(
            "SELECT state, count(*) FROM saga GROUP BY state ORDER BY state", row => (State: row.GetString(0), Count: row.GetInt64(1)))))
            .ToDictionary(row => row.State, row => row.Count),
        await books.Count("orchestrator", "SELECT count(*) FROM journal WHERE remark LIKE 'changed nothing%' OR remark LIKE 'came late%'"));
}
