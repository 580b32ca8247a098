namespace Orchestrator.Hosting;

/// <summary>The program of one participant on RabbitMQ and PostgreSQL, in as many replicas as needed.</summary>
public static class ParticipantHost
{
    const int UsualPort = 8081;

    /// <summary>Runs the participant until the process is told to stop, or the command that the arguments name.</summary>
    /// <param name="args">The arguments of the process: settings as <c>--Key=value</c>, or a command, or <c>--help</c>.</param>
    /// <param name="name">The participant's name: of its schema, its role and its migrations, and the sender in its messages.</param>
    /// <param name="describe">Says what its tables are, what it does and where it takes messages from.</param>
    /// <param name="port">Where its health is asked for, on the loopback address, unless the settings say otherwise.</param>
    /// <returns>One of <see cref="Commands.ExitCode"/>.</returns>
    public static Task<int> Run(string[] args, string name, Action<Party> describe, int port = UsualPort)
    {
        var participant = new Party(name);
        describe(participant);
        return PartyHost.Run(args, participant, port);
    }
}
