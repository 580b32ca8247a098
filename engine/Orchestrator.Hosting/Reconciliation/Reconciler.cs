namespace Orchestrator.Hosting.Reconciliation;

/// <summary>Compares all books about all sagas.</summary>
/// <param name="ledgers">The books, by kind of saga.</param>
/// <param name="acknowledgements">What people have settled by hand.</param>
/// <param name="time">The clock.</param>
public sealed class Reconciler(IEnumerable<Ledgers> ledgers, Acknowledgements acknowledgements, TimeProvider time)
{
    const int SecondLooks = 500;

    /// <summary>
    /// How long ago a saga must have ended unless the caller says otherwise: the last messages that it sent have been handled by then.
    /// </summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(5);

    /// <summary>Looks at every saga that a book knows.</summary>
    /// <param name="settledFor">How long ago a saga must have ended to be judged.</param>
    /// <param name="found">Told of each contradiction, by kind of saga and in order of the ids, and who has acknowledged it.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <returns>How many sagas the books know, by what the application calls them.</returns>
    public async Task<IReadOnlyList<(string Noun, long Count)>> Run(
        TimeSpan settledFor, Func<Contradiction, Acknowledgement?, Task> found, CancellationToken cancellationToken)
    {
        var compared = new List<(string, long)>();
        foreach (var books in ledgers)
            compared.Add((books.Reconciliation.Noun, await Run(books, settledFor, found, cancellationToken)));
        return compared;
    }

    /// <summary>Looks at some sagas.</summary>
    /// <param name="sagas">Their ids.</param>
    /// <param name="settledFor">How long ago a saga must have ended to be judged.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <returns>The contradictions, by kind of saga and in order of the ids, and who has acknowledged them.</returns>
    public async Task<IReadOnlyList<(Contradiction Contradiction, Acknowledgement? Acknowledgement)>> Of(
        IReadOnlyCollection<Guid> sagas, TimeSpan settledFor, CancellationToken cancellationToken)
    {
        var all = new List<(Contradiction, Acknowledgement?)>();
        foreach (var books in ledgers)
            all.AddRange(await Of(books, sagas, settledFor, cancellationToken));
        return all;
    }

    async Task<long> Run(
        Ledgers ledgers, TimeSpan settledFor, Func<Contradiction, Acknowledgement?, Task> found, CancellationToken cancellationToken)
    {
        var (sagas, suspects) = (0L, new List<Guid>());
        await foreach (var books in ledgers.All(cancellationToken))
        {
            sagas++;
            if (!ledgers.Reconciliation.Compare(books, time.GetUtcNow() - settledFor).Any())
                continue;
            suspects.Add(books.SagaId);
            if (suspects.Count >= SecondLooks)
                await LookAgain();
        }

        if (suspects.Count > 0)
            await LookAgain();
        return sagas;

        // The books were not read at one moment. What was only under way between them no longer differs at the second look.
        async Task LookAgain()
        {
            foreach (var (contradiction, acknowledgement) in await Of(ledgers, suspects, settledFor, cancellationToken))
                await found(contradiction, acknowledgement);
            suspects.Clear();
        }
    }

    async Task<IReadOnlyList<(Contradiction, Acknowledgement?)>> Of(
        Ledgers ledgers, IReadOnlyCollection<Guid> sagas, TimeSpan settledFor, CancellationToken cancellationToken)
    {
        var reconciliation = ledgers.Reconciliation;
        var contradictions = new List<Contradiction>();
        await foreach (var books in ledgers.Of(sagas, cancellationToken))
        {
            contradictions.AddRange(reconciliation.Compare(books, time.GetUtcNow() - settledFor).Select(finding => new Contradiction(
                reconciliation.Noun, reconciliation.SagaKind, books.SagaId, books.Saga?.BusinessKey, finding)));
        }

        return await acknowledgements.Of(contradictions, cancellationToken);
    }
}
