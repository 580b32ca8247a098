using System.Text.Json;
using Orchestrator.Contracts.Orders;
using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>Runs the operator's command <c>reconcile</c>.</summary>
sealed class Reconciliation(IReadOnlyDictionary<string, string> settings, IReadOnlyCollection<Guid> poison)
{
    const string OrderWithoutSaga = nameof(OrderWithoutSaga);
    const int Agree = 0, Contradict = 3;

    /// <summary>Compares all books.</summary>
    /// <param name="repairs">True to mend what can be mended without risk.</param>
    /// <returns>The contradictions. Those about submissions that can't be accepted are expected and left out.</returns>
    public async Task<IReadOnlyList<Violation>> Run(bool repairs)
    {
        var (exitCode, said) = await WorkerCommand.Run(
            settings, ["reconcile", "--json", "--settled-for", "00:00:00", .. repairs ? ["--repair"] : Array.Empty<string>()]);
        if (exitCode is not (Agree or Contradict))
            throw new InvalidOperationException($"reconcile ended with {exitCode}: {said}");
        var found = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)
            .OfType<(string Kind, Guid OrderId, string Found, string Repair)>().ToList();
        var known = found.Where(one => one.Kind == OrderWithoutSaga).Select(one => one.OrderId).ToHashSet();
        return
        [
            .. found.Where(one => one.Kind != OrderWithoutSaga || !poison.Contains(one.OrderId))
                .Select(one =>
                    new Violation(
                        $"{one.Kind}: {one.Found}", one.OrderId, one.Repair.Contains(nameof(OrderFulfilled), StringComparison.Ordinal))),
            .. poison.Where(id => !known.Contains(id))
            .Select(id => new Violation($"reconcile does not name the order {id}, which can't be accepted")),
        ];
    }

    static (string Kind, Guid OrderId, string Found, string Repair)? Read(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        return json.TryGetProperty("kind", out var kind)
            ? (kind.GetString()!, json.GetProperty("orderId").GetGuid(), json.GetProperty("found").GetString()!,
                json.GetProperty("repair").GetString()!)
            : null;
    }
}
