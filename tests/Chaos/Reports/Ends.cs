using Orchestrator.Tests.Chaos.Checks;

namespace Orchestrator.Tests.Chaos.Reports;

/// <summary>How the orders ended.</summary>
/// <param name="ByState">How many are in each state.</param>
/// <param name="Remarked">Messages that came late, or again under ids of their own, as the journals remark.</param>
sealed record Ends(IReadOnlyDictionary<string, long> ByState, long Remarked)
{
    /// <summary>How many orders there are.</summary>
    public long Orders => ByState.Values.Sum();

    /// <summary>Asks the worker's store.</summary>
    public static async Task<Ends> Of(Books books) => new(
        (await books.Of("orchestrator").Read(sql => sql.Query(
            "SELECT state, count(*) FROM saga GROUP BY state ORDER BY state", row => (State: row.GetString(0), Count: row.GetInt64(1)))))
            .ToDictionary(row => row.State, row => row.Count),
        await books.Count("orchestrator", "SELECT count(*) FROM journal WHERE remark LIKE 'changed nothing%' OR remark LIKE 'came late%'"));
}
