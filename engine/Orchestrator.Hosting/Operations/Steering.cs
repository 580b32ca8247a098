using System.CommandLine;
using Orchestrator.Contracts;
using Orchestrator.Hosting.Commands;

namespace Orchestrator.Hosting.Operations;

/// <summary>Sends one command to the sagas that an operator has chosen, and prints the results.</summary>
/// <param name="command">The command that the operator typed.</param>
/// <param name="finder">Finds the sagas.</param>
/// <param name="sender">Sends to the sagas.</param>
/// <param name="make">Makes the message for a saga. The number is the version at which the saga must still be; null for any
/// version.</param>
sealed class Steering(Command command, SagaFinder finder, OperatorCommandSender sender, Func<FoundSaga, long?, ISagaMessage> make)
{
    const int AtOnce = 50, MostListed = 50;

    int _done, _left;

    /// <summary>Sends to the sagas with some names. Sends nothing if a name belongs to no saga or to several.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperatorCommandException">Nothing more was sent.</exception>
    public async Task<int> Named(IReadOnlyList<string> names, long? version, CancellationToken stop)
    {
        var sagas = new List<FoundSaga>();
        foreach (var name in names)
        {
            var saga = await finder.Named(name, stop);
            if (!sagas.Any(saga.IsSameAs))
                sagas.Add(saga);
        }

        if (sagas is [var one])
            return Tell((await Send([(one, version)], stop))[0]);
        if (version is not null)
            throw new UsageException("--if-version is for one saga; name no other");
        foreach (var some in sagas.Chunk(AtOnce))
            await SendAndTell([.. some.Select(saga => (saga, (long?)null))], stop);
        return Tell();
    }

    /// <summary>Sends to all sagas that match a filter, or only lists them.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperatorCommandException">Nothing more was sent.</exception>
    public async Task<int> Matching(SagaFilter filter, bool isMeant, CancellationToken stop)
    {
        var sagas = await finder.Matching(filter, stop);
        if (sagas.Count == 0)
            return CommandProgram.Say(command, ExitCode.NotAll, "no unfinished saga matches.");
        if (!isMeant)
            return List(sagas);
        foreach (var some in sagas.Chunk(AtOnce))
        {
            var still = await finder.StillMatching(filter, some, stop);
            foreach (var gone in some.Where(saga => !still.Any(saga.IsSameAs)))
                Leave(gone, "it has changed and does not match any more");
            // A saga that changes before the command comes refuses the command.
            await SendAndTell([.. still.Select(saga => (saga, (long?)saga.Version))], stop);
        }

        return Tell();
    }

    int List(List<FoundSaga> sagas)
    {
        var width = sagas.Take(MostListed).Max(saga => CommandOptions.Printable(saga.BusinessKey).Length);
        foreach (var saga in sagas.Take(MostListed))
            Console.WriteLine(
                $"{saga.Id}  {CommandOptions.Printable(saga.BusinessKey).PadRight(width)}  {saga.State,-12}  {saga.Step}".TrimEnd());
        Console.WriteLine(FormattableString.Invariant($"matching={sagas.Count} listed={Math.Min(sagas.Count, MostListed)}"));
        return CommandProgram.Say(command, ExitCode.DryRun, "nothing was sent; run it with --yes to send it to all that match then.");
    }

    async Task SendAndTell(IReadOnlyList<(FoundSaga Saga, long? Version)> sagas, CancellationToken stop)
    {
        if (sagas.Count == 0)
            return;
        foreach (var ((saga, _), outcome) in sagas.Zip(await Send(sagas, stop)))
        {
            if (!outcome.IsDone)
            {
                Leave(saga, outcome.Remark!);
                continue;
            }

            _done++;
            Console.WriteLine($"{saga}: {Words(outcome)}");
        }
    }

    Task<IReadOnlyList<OperatorCommandSender.Outcome>> Send(IReadOnlyList<(FoundSaga Saga, long? Version)> sagas, CancellationToken stop) =>
        sender.Send([.. sagas.Select(one => (one.Saga, make(one.Saga, one.Version)))], stop);

    void Leave(FoundSaga saga, string reason)
    {
        _left++;
        CommandProgram.Say(command, ExitCode.NotAll, $"{saga}: {reason}.");
    }

    int Tell(OperatorCommandSender.Outcome outcome)
    {
        if (!outcome.IsDone)
            return CommandProgram.Say(command, ExitCode.NotAll, $"{outcome.Remark}.");
        Console.WriteLine(Words(outcome));
        return ExitCode.Done;
    }

    int Tell()
    {
        Console.WriteLine(FormattableString.Invariant($"done={_done} left={_left}"));
        return _left == 0 ? ExitCode.Done : ExitCode.NotAll;
    }

    static string Words(OperatorCommandSender.Outcome outcome) => outcome.Remark is { } remark ? $"done: {remark}" : "done";
}
