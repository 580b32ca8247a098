using System.CommandLine;
using System.Data.Common;
using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Documents;
using Orchestrator.Hosting.Permissions;
using Orchestrator.Local.Orders;
using Orchestrator.Local.Reporting;
using Orchestrator.Local.Runs;
using Orchestrator.Local.Servers;
using Orchestrator.Storage;
using Orchestrator.Worker;

namespace Orchestrator.Local;

/// <summary>The command line: the commands, and the messages to the user when a command fails.</summary>
public static class CommandLine
{
    /// <summary>Parses the arguments, runs the command, and reports a known failure as one sentence on standard error.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <param name="run">Performs a run and returns its exit code.</param>
    /// <param name="output">Gets the help.</param>
    /// <param name="error">Gets the failures.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> Run(
        string[] args, Func<ProcessOptions, CancellationToken, Task<int>> run, TextWriter output, TextWriter error) =>
        new CommandProgram(
            Root(run), Troubles)
        { Output = output, Error = error, NamesCommands = false, Printable = Terminal.Printable }.Run(args);

    static RootCommand Root(Func<ProcessOptions, CancellationToken, Task<int>> run)
    {
        var root = new RootCommand($"""
            Takes orders through stock, payment and shipping, in one process with nothing to install.

            Without arguments it runs its sample orders, and keeps their state in {ProcessOptions.Sample.Data}. A second run repeats
            nothing.
            """)
        {
            ProcessCommand.Create(run),
            ShowCommand.Create(),
            SagaDocuments.Command(WorkerRegistration.OrderSagas()),
            BrokerDefinitions.Command(WorkerRegistration.OrderSagas()),
            CodeDocuments.Command("settings", "Writes a document about every setting of the hosts.", SettingsDocument.All),
        };
        root.SetAction((_, cancellation) => run(ProcessOptions.Sample, cancellation));
        return root;
    }

    static Trouble? Troubles(Exception exception, Command command) => exception switch
    {
        InputFileException => new(ExitCode.Usage, exception.Message),
        StuckException or BreakdownException or SilenceException => new(ExitCode.Trouble, exception.Message),
        NewerSchemaException => new(ExitCode.Trouble, $"The data can't be opened: {exception.Message}."),
        DbException { InnerException: CertificateException refused } =>
            new(ExitCode.Trouble, $"PostgreSQL can't be trusted: {refused.Message}."),
        IOException or UnauthorizedAccessException or DbException => new(ExitCode.Trouble, $"The run broke off: {exception.Message}"),
        OperationCanceledException => new(ExitCode.Trouble, "The run was interrupted; the same command goes on where it stopped."),
        _ => null,
    };
}
