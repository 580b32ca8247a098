using System.CommandLine;
using Orchestrator.Hosting;
using Orchestrator.Hosting.Commands;

namespace Orchestrator.Worker.Reconciliation;

/// <summary>Somebody acknowledges all that contradicts about some orders.</summary>
sealed class Acknowledging(
    Ledgers ledgers, Reconciler reconciler, Acknowledgements acknowledgements, Command command, ContradictionPrinter printer)
{
    /// <summary>Acknowledges it.</summary>
    /// <param name="orders">Ids or order numbers.</param>
    /// <param name="settledFor">How long ago an order must have ended to be judged.</param>
    /// <param name="by">Who acknowledges it.</param>
    /// <param name="reason">How it was settled.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">No book knows one of the orders, or several have its number.</exception>
    public async Task<int> Run(IReadOnlyCollection<string> orders, TimeSpan settledFor, string by, string reason, CancellationToken stop)
    {
        var ids = new HashSet<Guid>();
        foreach (var order in orders)
            ids.Add(await Known(order, stop));
        var acknowledged = 0;
        foreach (var (contradiction, known) in await reconciler.Of(ids, settledFor, stop))
        {
            ids.Remove(contradiction.OrderId);
            if (known is not null)
            {
                CommandProgram.Say(
                    command, ExitCode.NotAll, $"{ContradictionPrinter.Sentence(contradiction)}: {ContradictionPrinter.Told(known)}.");
                continue;
            }

            printer.Print(contradiction, await acknowledgements.Add(contradiction, by, reason, stop));
            acknowledged++;
        }

        foreach (var order in ids)
            CommandProgram.Say(
                command, ExitCode.NotAll, $"nothing contradicts about order {order}, or it has not ended long enough ago (--settled-for).");
        printer.Sum(("acknowledged", acknowledged));
        return acknowledged > 0 && ids.Count == 0 ? ExitCode.Done : ExitCode.NotAll;
    }

    // An id need not be that of a saga: books may know an order that no saga knows.
    async Task<Guid> Known(string order, CancellationToken stop)
    {
        if (Guid.TryParse(order, out var id))
            return await ledgers.Of([id], stop).AnyAsync(stop) ? id : throw new UsageException($"no book knows the order {id}");
        return await ledgers.Orchestrator.Read(
            sql => sql.Query("SELECT id FROM order_fulfilment WHERE order_number = @number", row => row.GetGuid(0), ("number", order)),
            stop) switch
        {
            [var one] => one,
            [] => throw new UsageException($"there is no order with the number '{CommandOptions.Printable(order)}'"),
            var several => throw new UsageException(
                $"the number '{CommandOptions.Printable(order)}' belongs to {several.Count} orders; name one by its id: "
                + $"{string.Join(", ", several)}"),
        };
    }
}
