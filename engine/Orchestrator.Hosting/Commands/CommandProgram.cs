using System.CommandLine;
using System.CommandLine.Parsing;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Hosting.Commands;

/// <summary>An error as a sentence, with its exit code.</summary>
/// <param name="ExitCode">One of <see cref="Commands.ExitCode"/>.</param>
/// <param name="Sentence">What is wrong and what to do.</param>
public sealed record Trouble(int ExitCode, string Sentence);

/// <summary>
/// Runs the commands of a program. Wrong arguments and known errors become one sentence on standard error and an exit code. Ctrl-C and
/// SIGTERM cancel the command. A second signal ends the process.
/// </summary>
/// <param name="root">The commands.</param>
/// <param name="troubles">Explains the errors that only this program knows. When it returns null, the explanation of all programs is
/// used.</param>
public sealed class CommandProgram(RootCommand root, Func<Exception, Command, Trouble?> troubles)
{
    // A word that begins with @ is a name, not a file of arguments.
    static readonly ParserConfiguration PlainWords = new() { ResponseFileTokenReplacer = null };

    /// <summary>The output for help and results.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>The output for errors.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    /// <summary>Whether a sentence begins with the name of its command.</summary>
    public bool NamesCommands { get; init; } = true;

    /// <summary>Makes a sentence safe for a terminal.</summary>
    public Func<string, string> Printable { get; init; } = text => text;

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> Run(string[] args)
    {
        var parsed = root.Parse(args, PlainWords);
        var command = Named(parsed.CommandResult);
        if (parsed.Errors is [var mistake, ..])
            return Tell(
                command, ExitCode.Usage,
                $"{Problem(parsed, mistake)}; {(IsNamed(command) ? $"{command.Name} " : "")}--help tells what can be asked for.");
        using var interruption = new Interruption();
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = Output,
                    Error = Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null
                },
                interruption.Token);
        }
#pragma warning disable CA1031 // The last catch of the process: an unknown error is a defect, and is printed in full.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if ((troubles(e, command) ?? Usual(e)) is { } trouble)
                return Tell(command, trouble.ExitCode, trouble.Sentence);
            await Error.WriteLineAsync(e.ToString());
            return ExitCode.Trouble;
        }
    }

    /// <summary>Prints a sentence about a command on standard error.</summary>
    /// <returns>The exit code.</returns>
    public static int Say(Command command, int exitCode, string sentence)
    {
        Console.Error.WriteLine($"{command.Name}: {sentence}");
        return exitCode;
    }

    int Tell(Command command, int exitCode, string sentence)
    {
        Error.WriteLine(Printable(IsNamed(command) ? $"{command.Name}: {sentence}" : sentence));
        return exitCode;
    }

    bool IsNamed(Command command) => NamesCommands && command != root;

    // The first command in the arguments. A sentence about a subcommand begins with its name.
    static Command Named(CommandResult result)
    {
        while (result.Parent is CommandResult { Command: not RootCommand } parent)
            result = parent;
        return result.Command;
    }

    static string Problem(ParseResult parsed, ParseError mistake) => parsed.UnmatchedTokens is [var unknown, ..]
        // An unknown word is reported first, because other errors may follow from it.
        ? $"Unrecognized command or argument '{CommandOptions.Printable(unknown)}'"
        : string.Join(' ', mistake.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');

    static Trouble? Usual(Exception exception) => exception switch
    {
        SettingsException => new(ExitCode.Usage, exception.Message),
        UsageException => new(ExitCode.Usage, $"{exception.Message}."),
        TellableException => new(ExitCode.Trouble, $"{exception.Message.TrimEnd('.')}."),
        _ => Refused(exception) is { } refused ? new(ExitCode.Trouble, $"The program can't start: {refused.Message}.") : null,
    };

    // The container and the bus wrap the exception of a saga's constructor.
    static DefinitionException? Refused(Exception? exception)
    {
        while (exception is not (null or DefinitionException))
            exception = exception.InnerException;
        return exception as DefinitionException;
    }
}
