namespace Orchestrator.Hosting;

/// <summary>The program of one participant on RabbitMQ and PostgreSQL. It can run in several replicas.</summary>
public static class ParticipantHost
{
    const int UsualPort = 8081;

    /// <summary>Runs the participant until the process is told to stop, or the command that the arguments name.</summary>
    /// <param name="args">The arguments of the process: settings as <c>--Key=value</c>, or a command, or <c>--help</c>.</param>
    /// <param name="name">The participant's name. Its schema, its role and its migrations have this name, and its messages name it as their
    /// sender.</param>
    /// <param name="describe">Describes the participant: its tables, its handlers and its queues.</param>
    /// <param name="port">The port of its health checks, on the loopback address. Settings can override it.</param>
    /// <returns>One of <see cref="Commands.ExitCode"/>.</returns>
    public static Task<int> Run(string[] args, string name, Action<Party> describe, int port = UsualPort)
    {
        var participant = new Party(name);
        describe(participant);
        return PartyHost.Run(args, participant, port);
    }
}
