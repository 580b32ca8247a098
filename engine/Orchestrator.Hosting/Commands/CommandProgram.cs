using System.CommandLine;
using System.CommandLine.Parsing;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Hosting.Commands;

/// <summary>A sentence about trouble, and the exit code that goes with it.</summary>
/// <param name="ExitCode">One of <see cref="Commands.ExitCode"/>.</param>
/// <param name="Sentence">What is wrong and what to do.</param>
public sealed record Trouble(int ExitCode, string Sentence);

/// <summary>
/// Runs the commands of a program: wrong arguments and known trouble become one sentence on standard error and an exit code. Ctrl-C and
/// SIGTERM cancel the
/// command; a second signal ends the process.
/// </summary>
/// <param name="root">The commands.</param>
/// <param name="troubles">The trouble that this program knows; what it returns null for is judged as in every program.</param>
public sealed class CommandProgram(RootCommand root, Func<Exception, Command, Trouble?> troubles)
{
    // A word that begins with @ is a name, not a file of arguments.
    static readonly ParserConfiguration PlainWords = new() { ResponseFileTokenReplacer = null };

    /// <summary>Where help and results go.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>Where sentences about trouble go.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    /// <summary>Whether a sentence begins with the name of its command.</summary>
    public bool NamesCommands { get; init; } = true;

    /// <summary>Makes a sentence safe for a terminal.</summary>
    public Func<string, string> Printable { get; init; } = text => text;

    /// <summary>Runs what the arguments ask for.</summary>
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
#pragma warning disable CA1031 // The last catch of the process: unknown trouble is a defect, is told in full, and has its exit code.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if ((troubles(e, command) ?? Usual(e)) is { } trouble)
                return Tell(command, trouble.ExitCode, trouble.Sentence);
            await Error.WriteLineAsync(e.ToString());
            return ExitCode.Trouble;
        }
    }

    /// <summary>Says something about a command, on standard error.</summary>
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

    // The command that stands first: what is said of a subcommand begins with its name.
    static Command Named(CommandResult result)
    {
        while (result.Parent is CommandResult { Command: not RootCommand } parent)
            result = parent;
        return result.Command;
    }

    static string Problem(ParseResult parsed, ParseError mistake) => parsed.UnmatchedTokens is [var unknown, ..]
        // A word that nobody knows explains what is missing because of it.
        ? $"Unrecognized command or argument '{CommandOptions.Printable(unknown)}'"
        : string.Join(' ', mistake.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');

    static Trouble? Usual(Exception exception) => exception switch
    {
        SettingsException => new(ExitCode.Usage, exception.Message),
        UsageException => new(ExitCode.Usage, $"{exception.Message}."),
        TellableException => new(ExitCode.Trouble, $"{exception.Message.TrimEnd('.')}."),
        _ => Refused(exception) is { } refused ? new(ExitCode.Trouble, $"The program can't start: {refused.Message}.") : null,
    };

    // The container and the bus wrap what a saga's constructor throws.
    static DefinitionException? Refused(Exception? exception)
    {
        while (exception is not (null or DefinitionException))
            exception = exception.InnerException;
        return exception as DefinitionException;
    }
}
