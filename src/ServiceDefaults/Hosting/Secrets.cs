using Microsoft.Extensions.Configuration;
using Npgsql;
using Orchestrator.ServiceDefaults.Broker;
using Orchestrator.Storage;

namespace Orchestrator.ServiceDefaults.Hosting;

/// <summary>Where hosts find what must not be seen: in files, or beside the connection string that it belongs to.</summary>
public static class Secrets
{
    const string Folder = "/run/secrets";

    /// <summary>
    /// Adds the files of the folder that <c>Secrets:Folder</c> names, <c>/run/secrets</c> unless it says otherwise: a setting each, of which a
    /// file's name is the key (<c>Passwords__Postgres</c>). They win over what was added before.
    /// </summary>
    /// <exception cref="SettingsException">A file, or a folder that was named, can't be read.</exception>
    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        var named = configuration["Secrets:Folder"];
        try
        {
            configuration.AddKeyPerFile(source =>
            {
                source.Optional = named is null;
                source.FileProvider = Directory.Exists(named ?? Folder) ? new Microsoft.Extensions.FileProviders.PhysicalFileProvider(Path.GetFullPath(named ?? Folder)) : null;
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([named is not null && !Directory.Exists(named)
                ? $"Secrets:Folder is '{named}', and there is no such folder."
                : $"The secrets in {named ?? Folder} can't be read: {e.Message}"]);
        }
    }

    /// <summary>The connection string of a database, with the password <c>Passwords:name</c> where there is one.</summary>
    /// <returns>As it is configured, when it can't be understood; nothing when it is not configured.</returns>
    public static string? PostgresOf(this IConfiguration configuration, string name) =>
        configuration.GetConnectionString(name) is { } text && configuration[$"Passwords:{name}"] is { } password && PostgresDatabase.Problem(text) is null
            ? new NpgsqlConnectionStringBuilder(text) { Password = password }.ToString()
            : configuration.GetConnectionString(name);

    /// <summary>The broker's address, with the password <c>Passwords:RabbitMQ</c> where there is one.</summary>
    /// <returns>Nothing when it is no address.</returns>
    public static BrokerAddress? RabbitMqOf(this IConfiguration configuration) =>
        BrokerAddress.TryParse(configuration.GetConnectionString("RabbitMQ"), out var address)
            ? configuration["Passwords:RabbitMQ"] is { } password ? address.With(password) : address
            : null;
}
