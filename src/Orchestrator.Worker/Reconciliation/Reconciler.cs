using Microsoft.Extensions.Logging;
using Orchestrator.Journal;
using Orchestrator.Journal.Repository;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>Compares all books about all orders, and mends what can be mended without harm.</summary>
public sealed class Reconciler(Ledgers ledgers, TimeProvider time)
{
    const int SecondLooks = 500;

    /// <summary>How long ago an order must have ended unless one says otherwise: what it sent last has been handled by then.</summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(5);

    /// <summary>Looks at every order.</summary>
    /// <param name="settledFor">How long ago an order must have ended.</param>
    /// <param name="found">Told of each contradiction, in order of the order ids.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <returns>How many orders there are.</returns>
    public async Task<long> Run(TimeSpan settledFor, Func<Contradiction, Task> found, CancellationToken cancellationToken)
    {
        var (orders, suspects) = (0L, new List<Guid>());
        await foreach (var books in ledgers.All(cancellationToken))
        {
            orders++;
            if (!Contradictions.Of(books, time.GetUtcNow() - settledFor).Any())
                continue;
            suspects.Add(books.OrderId);
            if (suspects.Count >= SecondLooks)
                await LookAgain();
        }

        if (suspects.Count > 0)
            await LookAgain();
        return orders;

        // The books were not read at the same moment: what has moved meanwhile contradicts nothing.
        async Task LookAgain()
        {
            await foreach (var books in ledgers.Of(suspects, cancellationToken))
            {
                foreach (var contradiction in Contradictions.Of(books, time.GetUtcNow() - settledFor))
                    await found(contradiction);
            }

            suspects.Clear();
        }
    }
}
