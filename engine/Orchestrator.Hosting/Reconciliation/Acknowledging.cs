using System.CommandLine;
using Orchestrator.Hosting.Commands;

namespace Orchestrator.Hosting.Reconciliation;

/// <summary>Acknowledges all contradictions about some sagas: <c>reconcile --acknowledge</c>.</summary>
sealed class Acknowledging(
    IEnumerable<Ledgers> ledgers, Reconciler reconciler, Acknowledgements acknowledgements, Command command, ContradictionPrinter printer)
{
    readonly string _noun = string.Join(" or ", ledgers.Select(books => books.Reconciliation.Noun));

    /// <summary>Acknowledges it.</summary>
    /// <param name="sagas">Ids or business keys.</param>
    /// <param name="settledFor">How long ago a saga must have ended to be judged.</param>
    /// <param name="by">Who acknowledges it.</param>
    /// <param name="reason">How it was settled.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">No book knows one of the sagas, or several sagas have its key.</exception>
    public async Task<int> Run(IReadOnlyCollection<string> sagas, TimeSpan settledFor, string by, string reason, CancellationToken stop)
    {
        var ids = new HashSet<Guid>();
        foreach (var saga in sagas)
            ids.Add(await Known(saga, stop));
        var acknowledged = 0;
        foreach (var (contradiction, known) in await reconciler.Of(ids, settledFor, stop))
        {
            ids.Remove(contradiction.SagaId);
            if (known is not null)
            {
                CommandProgram.Say(
                    command, ExitCode.NotAll, $"{ContradictionPrinter.Sentence(contradiction)}: {ContradictionPrinter.Told(known)}.");
                continue;
            }

            printer.Print(contradiction, await acknowledgements.Add(contradiction, by, reason, stop));
            acknowledged++;
        }

        foreach (var id in ids)
            CommandProgram.Say(
                command, ExitCode.NotAll,
                $"no contradiction about {_noun} {id} was found, or it ended too recently (--settled-for).");
        printer.Sum(("acknowledged", acknowledged));
        return acknowledged > 0 && ids.Count == 0 ? ExitCode.Done : ExitCode.NotAll;
    }

    // An id need not be that of a saga: another book may know an id that no saga has.
    async Task<Guid> Known(string word, CancellationToken stop)
    {
        if (Guid.TryParse(word, out var id))
        {
            foreach (var books in ledgers)
            {
                if (await books.Of([id], stop).AnyAsync(stop))
                    return id;
            }

            throw new UsageException($"no book knows the {_noun} {id}");
        }

        var database = ledgers.First().Sagas;
        return await database.Read(
            sql => sql.Query(
                $"SELECT id FROM saga WHERE business_key = @key AND {database.Among("kind", "kinds")} ORDER BY id", row => row.GetGuid(0),
                ("key", word), ("kinds", ledgers.Select(books => books.Reconciliation.SagaKind).ToArray())),
            stop) switch
        {
            [var one] => one,
            [] => throw new UsageException($"there is no {_noun} with the number '{CommandOptions.Printable(word)}'"),
            var several => throw new UsageException(
                $"the number '{CommandOptions.Printable(word)}' belongs to several ({_noun}); name one by its id: "
                + $"{string.Join(", ", several)}"),
        };
    }
}
