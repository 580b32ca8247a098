using System.CommandLine;
using System.Globalization;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal.DeadLetters;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.DeadLetters;

/// <summary>The command <c>dead-letters</c>. With it an operator reads the dead letters and discards those that are not needed.</summary>
public static class DeadLettersCommand
{
    const int Few = 50;
    const string All = nameof(All);

    static readonly Option<string> State = new("--state")
    {
        Description = "Only those in this state; by default Open: neither sent back nor discarded",
        DefaultValueFactory = _ => nameof(DeadLetterState.Open),
    };

    static readonly Option<int> Limit = new("--limit")
    {
        Description = "How many to list at most; the latest come first",
        DefaultValueFactory = _ => Few,
    };
    static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object on each line" };
    static readonly Option<bool> Body = new("--body") { Description = "Also print the body; it may contain personal data" };
    static readonly Option<bool> Yes = new("--yes") { Description = "Discard all that match; without it they are only listed" };
    static readonly Argument<Guid> Id = new("id")
    {
        Description = "The id of the dead letter",
        CustomParser = result => CommandOptions.Ids(result).FirstOrDefault(),
    };
    static readonly Argument<Guid[]> Ids = new("id")
    {
        Description = "The ids of the dead letters",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = CommandOptions.Ids,
    };
    static readonly Option<string> Reason = CommandOptions.Telling("--reason", "Why they are discarded");

    static readonly Command DeadLetters = Make();

    /// <summary>The command.</summary>
    public static Command Command => DeadLetters;

    static ServerCommand Make()
    {
        var command = new ServerCommand("dead-letters", """
            Shows the messages that were set aside, and discards those that are not needed. 'redrive' sends them back.

            Needs ConnectionStrings__Postgres and ConnectionStrings__RabbitMQ, as the worker does. Exit code: 0 done, 3 some could not be
            discarded, or none matches, 4 those that match were listed and nothing was discarded, 2 wrong usage or settings,
            1 anything else.
            """);
        State.AcceptOnlyFromAmong([.. Enum.GetNames<DeadLetterState>(), All]);
        Limit.Validators.Add(asked =>
        {
            if (asked.Tokens is [{ Value: var text }] && int.TryParse(text, CultureInfo.InvariantCulture, out var most) && most < 1)
                asked.AddError("--limit must be 1 or more");
        });
        command.Subcommands.Add(Sub(
            "list", "Lists dead letters. A message that failed again after it was sent back is one entry, with the number of its failures.",
            [.. WhichDeadLetters.Options, State, Limit, Json], List));
        var show = Sub(
            "show", "Shows one dead letter: why it was set aside, what was done with it, its headers, and with --body its body.",
            [Body, Json], Show);
        show.Arguments.Add(Id);
        command.Subcommands.Add(show);
        command.Subcommands.Add(Discarding());
        return command;
    }

    static Command Discarding()
    {
        var discard = Sub(
            "discard", "Marks dead letters as discarded, with actor and reason. They stay in the table and are never sent back.",
            [.. WhichDeadLetters.Options, CommandOptions.Actor, Reason, Yes], Discard);
        discard.Arguments.Add(Ids);
        discard.Validators.Add(asked =>
        {
            if (asked.GetResult(Ids) is { Tokens.Count: > 0 } == WhichDeadLetters.IsAnyGiven(asked))
                asked.AddError(
                    "no dead letters are chosen; give either ids or options of "
                    + string.Join(", ", WhichDeadLetters.Options.Select(option => option.Name)));
        });
        return discard;
    }

    static Command Sub(
        string name, string description, IEnumerable<Option> options, Func<ParseResult, Database, CancellationToken, Task<int>> act)
    {
        var command = new Command(name, description);
        foreach (var option in options)
            command.Options.Add(option);
        command.SetAction(async (parsed, stop) =>
        {
            await using var database = await ServerCommand.Database(ServerCommand.Settings(), stop);
            return await act(parsed, database, stop);
        });
        return command;
    }

    static async Task<int> List(ParseResult parsed, Database database, CancellationToken stop)
    {
        DeadLetterState? state = Enum.TryParse<DeadLetterState>(parsed.GetValue(State), out var one) ? one : null;
        await Print(
            parsed, await WhichDeadLetters.Of(parsed, database, stop) with { State = state }, parsed.GetValue(Limit), database, stop);
        return ExitCode.Done;
    }

    static async Task<int> Show(ParseResult parsed, Database database, CancellationToken stop)
    {
        var (log, id) = (new DeadLetterLog(database), parsed.GetValue(Id));
        var letter = await log.Find(id, stop) ?? throw Unknown([id]);
        new DeadLetterPrinter(parsed.GetValue(Json)).Print(letter, await log.Chain(id, stop), parsed.GetValue(Body));
        return ExitCode.Done;
    }

    static async Task<int> Discard(ParseResult parsed, Database database, CancellationToken stop)
    {
        var log = new DeadLetterLog(database);
        IReadOnlyList<Guid> ids = parsed.GetValue(Ids) ?? [];
        if (ids.Count > 0)
        {
            await CheckKnown(ids, log, stop);
        }
        else
        {
            var filter = await WhichDeadLetters.Of(parsed, database, stop);
            ids = await log.Ids(filter, stop);
            if (ids.Count == 0)
                return CommandProgram.Say(DeadLetters, ExitCode.NotAll, "no open dead letter matches.");
            if (!parsed.GetValue(Yes))
            {
                await Print(parsed, filter, Few, database, stop);
                return CommandProgram.Say(
                    DeadLetters, ExitCode.DryRun, "nothing was discarded; run it with --yes to discard all that match then.");
            }
        }

        var (discarded, left) = (0, 0);
        foreach (var id in ids)
        {
            if (await log.Discard(id, parsed.GetValue(CommandOptions.Actor)!, parsed.GetValue(Reason)!, stop))
            {
                discarded++;
                continue;
            }

            left++;
            CommandProgram.Say(DeadLetters, ExitCode.NotAll, $"{id} stays: {WhyNotOpen.Of(id, await log.Chain(id, stop))}.");
        }

        Console.WriteLine(FormattableString.Invariant($"discarded={discarded} left={left}"));
        return left == 0 ? ExitCode.Done : ExitCode.NotAll;
    }

    static async Task Print(ParseResult parsed, DeadLetterFilter filter, int most, Database database, CancellationToken stop)
    {
        var json = parsed.GetValue(Json);
        var (letters, matching) = await new DeadLetterLog(database).List(filter, most, stop);
        var printer = new DeadLetterPrinter(json);
        letters.ForEach(printer.Print);
        var sum = FormattableString.Invariant($"matching={matching} listed={letters.Count}");
        if (!json)
            Console.WriteLine(sum);
        else if (letters.Count < matching)
            await Console.Error.WriteLineAsync($"{sum}; --limit lists more");
    }

    // All ids are checked first, so that a mistyped id does not leave the command half done.
    static async Task CheckKnown(IReadOnlyList<Guid> ids, DeadLetterLog log, CancellationToken stop)
    {
        var unknown = new List<Guid>();
        foreach (var id in ids)
        {
            if ((await log.Chain(id, stop)).Count == 0)
                unknown.Add(id);
        }

        if (unknown.Count > 0)
            throw Unknown(unknown);
    }

    static UsageException Unknown(IReadOnlyCollection<Guid> ids) =>
        new($"there is no dead letter {string.Join(", ", ids)}; 'dead-letters list' has the ids");
}
