using Orchestrator.Local.Orders;
using Spectre.Console;

namespace Orchestrator.Local.Reporting;

/// <summary>Standard output for people, safe from what stands in their data.</summary>
public static class Terminal
{
    /// <summary>A console on a writer; without colours when it is no terminal.</summary>
    public static IAnsiConsole On(TextWriter output)
    {
        var isTerminal = output == Console.Out && !Console.IsOutputRedirected;
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            // They turn colours on again on the build servers that they know.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = isTerminal },
            Out = new AnsiConsoleOutput(output),
        });
    }

    /// <summary>The text with its control characters spelled out: they could move the cursor or hide what is shown.</summary>
    public static string Printable(string text) => Field.Quoted(text, int.MaxValue);

    /// <summary>The command that shows an order step by step, to be pasted into a shell.</summary>
    /// <param name="order">Named by its number if that is plain, else by its id.</param>
    /// <param name="options">The run's, which name the data folder or the servers.</param>
    public static string ShowCommand(SlowestOrder order, ProcessOptions options) =>
        $"dotnet run --project src/Orchestrator.Local -- show {(IsPlain(order.OrderNumber) ? order.OrderNumber : order.OrderId)} " +
        // A connection string may hold a password, which is not for the screen.
        (options.Servers is null ? $"--data {ShellWord(options.Data)}" : "--postgres CONNECTION");

    static string ShellWord(string text) => IsPlain(text) ? text : $"'{Printable(text).Replace("'", @"'\''", StringComparison.Ordinal)}'";

    // Nothing that a shell or the command line takes for more than text; a dash or @ in front would be an option or a file.
    static bool IsPlain(string text) =>
        text.Length > 0 && text[0] != '-' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');
}
