using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Faults;
using Orchestrator.Tests.Chaos.Load;

namespace Orchestrator.Tests.Chaos.Reports;

/// <summary>
/// The time until orders ended again: from the end of a fault until the first order ended that was submitted after it. So it includes the
/// way of a new order through all parties, and other faults that came meanwhile.
/// </summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Took">The time.</param>
sealed record Recovery(string Kind, TimeSpan Took)
{
    /// <summary>The recoveries of a run. A fault has none when no order was submitted after it.</summary>
    public static async Task<IReadOnlyList<Recovery>> Measure(Books books, OrderStream orders, IReadOnlyList<FaultLog.Struck> faults)
    {
        var ended = await books.Of("orchestrator").Read(sql => sql.Query(
            "SELECT id, completed_at FROM saga WHERE completed_at IS NOT NULL", row =>
                (Id: row.GetGuid(0), At: row.GetFieldValue<DateTimeOffset>(1))));
        var both = ended.Where(order => orders.Submitted.ContainsKey(order.Id))
            .Select(order => (Submitted: orders.Submitted[order.Id], order.At)).OrderBy(order => order.At).ToList();
        return
        [
            .. faults.Select(
                fault => (fault.Kind, fault.To, First: both.FirstOrDefault(order => order.Submitted > fault.To && order.At > fault.To)))
                .Where(fault => fault.First != default).Select(fault => new Recovery(fault.Kind, fault.First.At - fault.To)),
        ];
    }
}
