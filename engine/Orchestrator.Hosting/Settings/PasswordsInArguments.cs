using Microsoft.Extensions.Configuration;
using Npgsql;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Settings;

/// <summary>Warns of passwords in the arguments of a process, where everybody on the machine can read them.</summary>
public static class PasswordsInArguments
{
    /// <summary>A warning about passwords in a host's arguments.</summary>
    /// <returns>The warning, or null if no argument has a password.</returns>
    public static string? Warning(string[] args)
    {
        var configuration = new ConfigurationBuilder().AddCommandLine(args).Build();
        var passwords = configuration.GetSection("Passwords").GetChildren().Select(password => password.Key);
        var connections = configuration.GetSection("ConnectionStrings").GetChildren().Where(connection => HasPassword(connection.Value))
            .Select(connection => connection.Key);
        return Sentence([.. passwords, .. connections]);
    }

    /// <summary>A warning about passwords in addresses and connection strings.</summary>
    /// <param name="connections">The addresses and connection strings, by their names in the settings.</param>
    /// <returns>The warning, or null if no connection has a password.</returns>
    public static string? Warning(IEnumerable<KeyValuePair<string, string?>> connections) =>
        Sentence([.. connections.Where(connection => HasPassword(connection.Value)).Select(connection => connection.Key)]);

    static string? Sentence(IReadOnlyCollection<string> names) => names.Count == 0
        ? null
        : $"warning: everybody on this machine can read the arguments of a process, and a password is among them; set "
            + $"{string.Join(" and ", names.Distinct().Select(name => $"Passwords__{name}"))} in the environment instead, or in a file of "
            + $"that name in the folder that Secrets__Folder names.";

    static bool HasPassword(string? connection) =>
        Uri.TryCreate(connection, UriKind.Absolute, out var address) && address.Scheme is "amqp" or "amqps"
        ? address.UserInfo.Contains(':', StringComparison.Ordinal)
        : connection is not null && PostgresDatabase.Problem(connection) is null
        && !string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connection).Password);
}
