namespace Orchestrator.Hosting.Reconciliation;

/// <summary>Says which books the parties keep about the sagas of one kind, and what must agree between them.</summary>
/// <remarks>
/// The host reads two books by itself: the sagas, and the dead letters that would have started one. An application adds the books of its
/// participants. They may lie in other databases.
/// </remarks>
public interface ISagaReconciliation
{
    /// <summary>The name of the kind of saga whose books are compared.</summary>
    string SagaKind { get; }

    /// <summary>
    /// What the application calls one saga, like <c>order</c>. Sentences use it. So do the figures and the JSON of <c>reconcile</c>:
    /// <c>orders=</c>, <c>orderId</c>, <c>orderNumber</c>.
    /// </summary>
    string Noun { get; }

    /// <summary>The names of all kinds of contradiction. Each has its own series of the metric, from the start of the host on.</summary>
    IReadOnlyCollection<string> Kinds { get; }

    /// <summary>The books of the participants, and further ones of the sagas' own database.</summary>
    IReadOnlyList<Book> Books { get; }

    /// <summary>What contradicts what about one saga. It must be a function of its arguments.</summary>
    /// <param name="books">What all books say about the saga. They were not read at one moment.</param>
    /// <param name="settledBefore">
    /// A time in UTC. A saga that ended later may still have messages on their way: judge it only by what must always be true.
    /// </param>
    /// <returns>
    /// The findings. An acknowledged finding is known by its words, so the same books must always give the same words.
    /// </returns>
    IEnumerable<Finding> Compare(SagaBooks books, DateTimeOffset settledBefore);
}
