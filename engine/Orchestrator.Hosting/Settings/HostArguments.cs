namespace Orchestrator.Hosting.Settings;

/// <summary>Checks the arguments of a host. They may only be settings.</summary>
public static class HostArguments
{
    static readonly string[] Questions = ["--help", "-h", "-?"];

    // Settings of the platform, whose names have no colon.
    static readonly HashSet<string> Names = new(["urls", "http_ports", "environment", "contentRoot"], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Finds the first argument that is not a setting (<c>--Key=value</c> or <c>--Key value</c>), because a mistyped command must not start
    /// a host.
    /// </summary>
    /// <param name="args">The arguments of the process.</param>
    /// <returns>The argument without its value; null when all are settings.</returns>
    public static string? Unknown(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            // Only the name is used, because the value may be a secret.
            var name = args[i].Split('=')[0];
            if (!name.StartsWith("--", StringComparison.Ordinal)
                || !(name.Contains(':', StringComparison.Ordinal) || name.StartsWith("--OTEL_", StringComparison.OrdinalIgnoreCase)
                    || Names.Contains(name[2..])))
                return name;
            if (name.Length < args[i].Length)
                continue;
            // Its value is the next argument.
            if (++i == args.Length)
                return name;
        }

        return null;
    }

    /// <summary>Prints the usage of the program.</summary>
    /// <param name="party">The party of the program.</param>
    /// <param name="unknown">The argument that is not a setting.</param>
    /// <param name="commands">The commands of the program.</param>
    /// <returns>The exit code: 0 when the argument asked for help, otherwise 2.</returns>
    public static async Task<int> Refuse(string party, string unknown, IEnumerable<string> commands)
    {
        var usage =
            $"Without a command, {party} runs until it is told to stop. Its settings are environment variables, or arguments like "
            + $"--Broker:Prefetch=64. Commands: {string.Join(", ", commands)}.";
        if (Questions.Contains(unknown))
        {
            Console.WriteLine(usage);
            return 0;
        }

        await Console.Error.WriteLineAsync($"'{unknown}' is neither a command nor a setting. {usage}");
        return 2;
    }
}
