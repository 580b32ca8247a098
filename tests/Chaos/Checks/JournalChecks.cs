using Orchestrator.Journal;
using Orchestrator.Journal.Replay;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>Every journal has no gaps, and its replay gives the stored row.</summary>
sealed class JournalChecks(Books books, double pace)
{
    readonly SagaKind<Order> _kind = new(new OrderFulfilmentSaga { Pace = pace });

    /// <summary>The violations.</summary>
    public async Task<IReadOnlyList<Violation>> Violations()
    {
        var violations = new List<Violation>();
        await foreach (var saga in new JournalReplay(books.Of("orchestrator"), [_kind]).Run())
        {
            if (saga.Difference is { } difference)
                violations.Add(new($"order {saga.BusinessKey}: {difference}", saga.Id));
        }

        return violations;
    }
}
