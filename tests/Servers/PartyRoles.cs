using System.Security.Cryptography;
using Npgsql;

namespace Orchestrator.Tests.Servers;

/// <summary>The roles and schemas of the parties, made as an administrator makes them.</summary>
public sealed class PartyRoles
{
    static readonly string[] Parties = ["orchestrator", "inventory", "payment", "shipping", "acquirer", "reconciler"];

    readonly NpgsqlConnectionStringBuilder _administrator;
    readonly Dictionary<string,
    string> _passwords = Parties.ToDictionary(party => party, _ => Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));

    PartyRoles(NpgsqlConnectionStringBuilder administrator) => _administrator = administrator;

    /// <summary>Makes the roles and schemas in a server that has none.</summary>
    /// <param name="server">The server.</param>
    /// <param name="repository">The folder that contains <c>deploy</c>.</param>
    /// <param name="database">The name of a new database for them; by default the database of the administrator.</param>
    public static async Task<PartyRoles> Create(PrivatePostgres server, string repository, string? database = null)
    {
        if (database is not null)
            await server.CreateDatabase(database);
        var roles = new PartyRoles(new NpgsqlConnectionStringBuilder(server.ConnectionString(database ?? "postgres")));
        // This process reads the file: the user that runs psql may not be allowed to.
        var script = await File.ReadAllTextAsync(Path.Combine(repository, "deploy", "postgres", "roles.sql"));
        var passwords = string.Concat(roles._passwords.Select(party => $"\\set {party.Key} '{party.Value}'\n"));
        var administrator = roles._administrator;
        await PostgresPrograms.RunAs(
            administrator.Password, passwords + script, "psql",
            $"postgresql://{administrator.Username}@{administrator.Host}:{administrator.Port}/{administrator.Database}", "--quiet",
            "--no-psqlrc");
        return roles;
    }

    /// <summary>The connection string of the administrator.</summary>
    public string Administrator => _administrator.ToString();

    /// <summary>All passwords.</summary>
    public IReadOnlyCollection<string> Passwords => _passwords.Values;

    /// <summary>The connection string of a party.</summary>
    public string ConnectionString(string party) =>
        new NpgsqlConnectionStringBuilder(_administrator.ToString()) { Username = party, Password = _passwords[party] }.ToString();
}
