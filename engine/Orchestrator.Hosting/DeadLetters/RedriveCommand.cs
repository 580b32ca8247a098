using System.CommandLine;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal.DeadLetters;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>The command <c>redrive</c>: an operator returns dead letters.</summary>
public static class RedriveCommand
{
    static readonly Option<Guid[]> Ids = new("--id")
    {
        Description = "These, by the column id",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = CommandOptions.Ids,
    };
    static readonly Option<string?> Queue = new("--queue") { Description = "All of one source_queue" };
    static readonly Option<bool> All = new("--all") { Description = "All that nobody has sent back yet" };

    static readonly Option<bool> Unchecked = new("--unchecked")
    {
        Description = "Also those that the broker set aside: nobody has checked that their senders may send them",
    };

    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        var command = new ServerCommand("redrive", """
            Sends dead letters back to the queues that they came from, under the ids that they had, and notes who did so and why.

            Needs ConnectionStrings__Postgres and ConnectionStrings__RabbitMQ, as the worker does. What fails again is set aside again, as a
            dead letter of its own, which is linked to the first. Exit code: 0 all went back, 3 some did not (or nothing of --queue waits),
            2 usage or settings, 1 anything else.
            """) { Afterwards = "; what has not been sent back is still there" };
        foreach (var option in new Option[] { Ids, Queue, All, Unchecked, CommandOptions.Actor, CommandOptions.Note })
            command.Options.Add(option);
        command.Validators.Add(asked =>
        {
            // What was given is not looked at: a value that can't be understood is said by its option.
            if (new Option[] { Ids, Queue, All }.Count(way => asked.GetResult(way) is { Implicit: false }) != 1)
                asked.AddError("Which ones? Give one of --id, --queue and --all");
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
                $"nothing that came from '{queue}' waits to be sent back; the column source_queue has the names.");
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
