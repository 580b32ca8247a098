namespace Orchestrator.Worker.Reconciliation;

/// <summary>Compares all books about all orders.</summary>
public sealed class Reconciler(Ledgers ledgers, Acknowledgements acknowledgements, TimeProvider time)
{
    const int SecondLooks = 500;

    /// <summary>How long ago an order must have ended unless one says otherwise: what it sent last has been handled by then.</summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(5);

    /// <summary>Looks at every order.</summary>
    /// <param name="settledFor">How long ago an order must have ended.</param>
    /// <param name="found">Told of each contradiction, in order of the order ids, and whether somebody has acknowledged it.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <returns>How many orders there are.</returns>
    public async Task<long> Run(TimeSpan settledFor, Func<Contradiction, Acknowledgement?, Task> found, CancellationToken cancellationToken)
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
            foreach (var (contradiction, acknowledgement) in await Of(suspects, settledFor, cancellationToken))
                await found(contradiction, acknowledgement);
            suspects.Clear();
        }
    }

    /// <summary>Looks at some orders.</summary>
    /// <param name="orders">Their ids.</param>
    /// <param name="settledFor">How long ago an order must have ended.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <returns>The contradictions, in order of the order ids, and whether somebody has acknowledged them.</returns>
    public async Task<IReadOnlyList<(Contradiction Contradiction, Acknowledgement? Acknowledgement)>> Of(
        IReadOnlyCollection<Guid> orders, TimeSpan settledFor, CancellationToken cancellationToken)
    {
        var contradictions = new List<Contradiction>();
        await foreach (var books in ledgers.Of(orders, cancellationToken))
            contradictions.AddRange(Contradictions.Of(books, time.GetUtcNow() - settledFor));
        return await acknowledgements.Of(contradictions, cancellationToken);
    }
}
