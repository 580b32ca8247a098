using System.CommandLine;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal.DeadLetters;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>The command <c>redrive</c>. With it an operator sends dead letters back to their queues.</summary>
public static class RedriveCommand
{
    static readonly Option<Guid[]> Ids = new("--id")
    {
        Description = "The dead letters with these ids (column id)",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = CommandOptions.Ids,
    };
    static readonly Option<string?> Queue = new("--queue") { Description = "All open dead letters of one source_queue" };
    static readonly Option<bool> All = new("--all") { Description = "All open dead letters" };

    static readonly Option<bool> Unchecked = new("--unchecked")
    {
        Description = "Also those that the broker set aside, whose senders' permissions were not checked",
    };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var command = new ServerCommand("redrive", """
            Sends dead letters back to the queues that they came from, with the same message ids, and records who did it and why.

            Needs ConnectionStrings__Postgres and ConnectionStrings__RabbitMQ, as the worker does. A message that fails again is set
            aside again, as a new dead letter with a link to the first. Exit code: 0 all were sent back, 3 some were not, or none of --queue
            is open, 2 wrong usage or settings, 1 anything else.
            """) { Afterwards = "; dead letters that were not sent back are still there" };
        foreach (var option in new Option[] { Ids, Queue, All, Unchecked, CommandOptions.Actor, CommandOptions.Note })
            command.Options.Add(option);
        command.Validators.Add(asked =>
        {
            // The values are not read here, because each option reports its own invalid value.
            if (new Option[] { Ids, Queue, All }.Count(way => asked.GetResult(way) is { Implicit: false }) != 1)
                asked.AddError("no dead letters are chosen; give exactly one of --id, --queue and --all");
        });
        command.SetAction((parsed, stop) => Run(command, parsed, stop));
        return command;
    }

    static async Task<int> Run(Command command, ParseResult parsed, CancellationToken stop)
    {
        var settings = ServerCommand.Settings();
        await using var database = await ServerCommand.Database(settings, stop);
        var log = new DeadLetterLog(database);
        IReadOnlyCollection<Guid> letters = parsed.GetValue(Ids) is { Length: > 0 } ids
            ? ids : await log.Ids(new() { Queue = parsed.GetValue(Queue) }, stop);
        if (letters.Count == 0 && parsed.GetValue(Queue) is { } queue)
            return CommandProgram.Say(
                command, ExitCode.NotAll,
                $"no open dead letter came from '{queue}'; the column source_queue has the names.");
        var left = 0;
        var sent = await new Redrive(settings.RabbitMq, log).Run(
            letters, parsed.GetValue(CommandOptions.Actor)!, parsed.GetValue(CommandOptions.Note)!, parsed.GetValue(Unchecked), Left, stop);
        Console.WriteLine(FormattableString.Invariant($"sent={sent} left={left}"));
        return left == 0 ? ExitCode.Done : ExitCode.NotAll;

        void Left(Guid letter, string reason)
        {
            left++;
            CommandProgram.Say(command, ExitCode.NotAll, $"{letter} stays: {reason}");
        }
    }
}
