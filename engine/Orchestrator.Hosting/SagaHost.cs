using Orchestrator.Hosting.DeadLetters;
using Orchestrator.Hosting.Documents;
using Orchestrator.Hosting.Operations;
using Orchestrator.Hosting.Permissions;

namespace Orchestrator.Hosting;

/// <summary>
/// The program that runs sagas on RabbitMQ and PostgreSQL, in any number of replicas. It also has the commands for operators.
/// </summary>
public static class SagaHost
{
    const int Port = 8080;

    /// <summary>Runs the sagas until the process is told to stop, or the command that the arguments name.</summary>
    /// <param name="args">The arguments of the process: settings as <c>--Key=value</c>, or a command, or <c>--help</c>.</param>
    /// <param name="describe">Describes the sagas, and the other work of the program.</param>
    /// <returns>One of <see cref="Commands.ExitCode"/>.</returns>
    public static Task<int> Run(string[] args, Action<SagaParty> describe)
    {
        var sagas = new SagaParty();
        describe(sagas);
        sagas.AddCommand(RedriveCommand.Create());
        sagas.AddCommand(DeadLettersCommand.Command);
        foreach (var command in new OperatorCommandLine(bus => sagas.AddTo(bus)).All())
            sagas.AddCommand(command);
        sagas.AddCommand(ReplayCommand.Create(sagas));
        sagas.AddCommand(SagaDocuments.Command(sagas));
        sagas.AddCommand(BrokerDefinitions.Command(sagas));
        return PartyHost.Run(args, sagas, Port);
    }
}
