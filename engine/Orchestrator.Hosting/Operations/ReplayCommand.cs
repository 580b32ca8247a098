using System.CommandLine;
using System.Globalization;
using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Orchestrator.Journal.Replay;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Operations;

/// <summary>The command <c>replay</c>. It decides recorded sagas again, and shows where this version decides otherwise.</summary>
public static class ReplayCommand
{
    static readonly Argument<Guid[]> Ids = new("saga")
    {
        Description = "The ids of sagas; without ids all sagas",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = CommandOptions.Ids,
    };

    static readonly Option<string?> Kind = new("--kind") { Description = "Only sagas of this kind" };
    static readonly Option<DateTimeOffset?> Since = CommandOptions.Time(
        "--since", "Only sagas with a transition since then, like 2026-11-30T08:00:00Z");

    /// <summary>Creates the command.</summary>
    /// <param name="sagas">The sagas.</param>
    public static Command Create(SagaParty sagas)
    {
        var command = new ServerCommand("replay", """
            Decides recorded sagas again, message by message, and names the first transition of each that this version decides otherwise.
            It writes nothing and sends nothing. Run it with a new version before you deploy it, or to check that nobody has changed the
            journal.

            Needs ConnectionStrings__Postgres. Exit code: 0 nothing differs, 3 something differs, 2 wrong usage or settings,
            1 anything else.
            """);
        command.Arguments.Add(Ids);
        command.Options.Add(Kind);
        command.Options.Add(Since);
        command.SetAction(async (parsed, stop) =>
        {
            using var configuration = ServerCommand.Configuration();
            await using var database = await ServerCommand.Database(HostSettings.Read(configuration, SagaJournal.Party), stop);
            var kinds = WhichSagas.KindsOf(parsed.GetValue(Kind), sagas.Kinds(configuration));
            return await Run(database, kinds, parsed.GetValue(Since), parsed.GetValue(Ids) ?? [], stop);
        });
        return command;
    }

    static async Task<int> Run(
        Database database, IReadOnlyList<ISagaKind> kinds, DateTimeOffset? since, Guid[] ids, CancellationToken stop)
    {
        var (sagas, transitions, differing) = (0L, 0L, 0L);
        var missing = ids.ToHashSet();
        foreach (var kind in kinds)
        {
            await foreach (var saga in new JournalReplay(database, [kind]).Run(since, ids.Length == 0 ? null : ids, stop))
            {
                missing.Remove(saga.Id);
                (sagas, transitions) = (sagas + 1, transitions + saga.Transitions);
                if (saga.Difference is null)
                    continue;
                differing++;
                Console.WriteLine(
                    $"{kind.Name} {saga.Id} ({CommandOptions.Printable(saga.BusinessKey)}): {CommandOptions.Printable(saga.Difference)}");
            }
        }

        if (since is null && missing.Count > 0)
            throw new UsageException($"there is no saga {string.Join(", ", missing)}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sagas={sagas} transitions={transitions} different={differing}"));
        return differing == 0 ? ExitCode.Done : ExitCode.NotAll;
    }
}
