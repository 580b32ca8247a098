using System.CommandLine;
using Orchestrator.Journal.DeadLetters;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>The command <c>redrive</c>: an operator returns dead letters.</summary>
public static class RedriveCommand
{
    static readonly Option<Guid[]> Ids = new("--id") { Description = "These, by the column id", AllowMultipleArgumentsPerToken = true, CustomParser = WorkerCommand.Ids };
    static readonly Option<string?> Queue = new("--queue") { Description = "All of one source_queue" };
    static readonly Option<bool> All = new("--all") { Description = "All that nobody has sent back yet" };

    static readonly Option<bool> Unchecked = new("--unchecked") { Description = "Also those that the broker set aside: nobody has checked that their senders may send them" };

    /// <summary>Runs it.</summary>
    /// <returns>The exit code: 0 when all went back, 3 when some did not or there was nothing of the named queue, 2 for wrong usage or settings, 1 for anything else.</returns>
    public static Task<int> Run(string[] args)
    {
        var command = new Command("redrive", """
            Sends dead letters back to the queues that they came from, under the ids that they had, and notes who did so and why.

            Needs ConnectionStrings__Postgres and ConnectionStrings__RabbitMQ, as the worker does. What fails again is set aside again, as a
            dead letter of its own, which is linked to the first. Exit code: 0 all went back, 3 some did not (or nothing of --queue waits),
            2 usage or settings, 1 anything else.
            """) { Ids, Queue, All, Unchecked, WorkerCommand.Actor, WorkerCommand.Note };
        command.Validators.Add(asked =>
        {
            // What was given is not looked at: a value that can't be understood is said by its option.
            if (new Option[] { Ids, Queue, All }.Count(way => asked.GetResult(way) is { Implicit: false }) != 1)
                asked.AddError("Which ones? Give one of --id, --queue and --all");
        });
        command.SetAction((parsed, stop) => Run(command, parsed, stop));
        return WorkerCommand.Run(command, args, "; what has not been sent back is still there");
    }

    static async Task<int> Run(Command command, ParseResult parsed, CancellationToken stop)
    {
        var settings = WorkerCommand.Settings();
        await using var database = await WorkerCommand.Database(settings, stop);
        var log = new DeadLetterLog(database);
        IReadOnlyCollection<Guid> letters = parsed.GetValue(Ids) is { Length: > 0 } ids ? ids : await log.Ids(new() { Queue = parsed.GetValue(Queue) }, stop);
        if (letters.Count == 0 && parsed.GetValue(Queue) is { } queue)
            return WorkerCommand.Say(command, WorkerCommand.NotAll, $"nothing that came from '{queue}' waits to be sent back; the column source_queue has the names.");
        var left = 0;
        var sent = await new Redrive(settings.RabbitMq, log).Run(
            letters, parsed.GetValue(WorkerCommand.Actor)!, parsed.GetValue(WorkerCommand.Note)!, parsed.GetValue(Unchecked), Left, stop);
        Console.WriteLine(FormattableString.Invariant($"sent={sent} left={left}"));
        return left == 0 ? WorkerCommand.Done : WorkerCommand.NotAll;

        void Left(Guid letter, string reason)
        {
            left++;
            WorkerCommand.Say(command, WorkerCommand.NotAll, $"{letter} stays: {reason}");
        }
    }
}
