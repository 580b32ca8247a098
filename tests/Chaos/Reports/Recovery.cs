using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Faults;
using Orchestrator.Tests.Chaos.Load;

namespace Orchestrator.Tests.Chaos.Reports;

/// <summary>
/// How long it took until orders came to their ends again: from a fault's end until the first order has ended that was
/// submitted after it, that is, until a new order goes through all parties. Other faults that come sooner are included.
/// </summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Took">How long.</param>
sealed record Recovery(string Kind, TimeSpan Took)
{
    /// <summary>The recoveries of a run; none of a fault after which no order was submitted any more.</summary>
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
