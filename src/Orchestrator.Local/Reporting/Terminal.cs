using Orchestrator.Local.Orders;
using Spectre.Console;

namespace Orchestrator.Local.Reporting;

/// <summary>Output for people. Control characters in the data can't harm the terminal.</summary>
public static class Terminal
{
    /// <summary>A console on a writer, in colours only on a terminal.</summary>
    public static IAnsiConsole On(TextWriter output)
    {
        var isTerminal = output == Console.Out && !Console.IsOutputRedirected;
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            // Spectre's enrichers would turn colours on again on the build servers that they know.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = isTerminal },
            Out = new AnsiConsoleOutput(output),
        });
    }

    /// <summary>The text with its control characters spelled out, since they could move the cursor or hide text.</summary>
    public static string Printable(string text) => Field.Quoted(text, int.MaxValue);

    /// <summary>The command that shows an order step by step, to be pasted into a shell.</summary>
    /// <param name="order">The order. The command names its number if that is plain, and otherwise its id.</param>
    /// <param name="options">The options of the run, which name the data folder or the servers.</param>
    public static string ShowCommand(SlowestOrder order, ProcessOptions options) =>
        $"dotnet run --project src/Orchestrator.Local -- show {(IsPlain(order.OrderNumber) ? order.OrderNumber : order.OrderId)} " +
        // The connection string may hold a password, so it is not printed.
        (options.Servers is null ? $"--data {ShellWord(options.Data)}" : "--postgres CONNECTION");

    static string ShellWord(string text) => IsPlain(text) ? text : $"'{Printable(text).Replace("'", @"'\''", StringComparison.Ordinal)}'";

    // Only characters that are plain text for a shell and the command line. A leading dash or @ would mean an option or a file.
    static bool IsPlain(string text) =>
        text.Length > 0 && text[0] != '-' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');
}
