using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Scenarios;

namespace Orchestrator.Tests.Chaos.Reports;

/// <summary>The evidence that explains a violation. It is kept beside the logs of the hosts.</summary>
static class Evidence
{
    const int Timelines = 50;

    /// <summary>Writes the evidence.</summary>
    public static async Task Write(string folder, IReadOnlyList<Violation> violations, Books books, IScenario scenario)
    {
        await File.WriteAllLinesAsync(Path.Combine(folder, "violations.txt"), violations.Select(violation => violation.Sentence));
        await File.WriteAllTextAsync(Path.Combine(folder, "servers.txt"), await scenario.Diagnosis());
        foreach (var order in violations.Select(violation => violation.OrderId).OfType<Guid>().Distinct().Take(Timelines))
        {
            await File.WriteAllLinesAsync(Path.Combine(folder, $"order-{order}.txt"), await books.Lines(
                "orchestrator",
                "SELECT concat_ws('  ', seq, at, event, source, from_state, '->', to_state, sent, remark, message_id) FROM saga_timeline "
                + "WHERE saga_id = @order ORDER BY seq",
                ("order", order)));
        }
    }
}
