using Microsoft.Extensions.Configuration;
using Npgsql;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Settings;

/// <summary>Connection strings, with what is configured beside them: passwords, and whose certificates are trusted.</summary>
public static class Connections
{
    /// <summary>
    /// The name of the connection string of a party's database, when the party shares a host with others: <c>Acquirer</c> for
    /// <c>acquirer</c>.
    /// </summary>
    public static string NameOf(string party) => char.ToUpperInvariant(party[0]) + party[1..];

    /// <summary>
    /// The connection string of a database, with the password <c>Passwords:name</c> where there is one, and TLS where
    /// <c>Tls:Authorities</c> is set.
    /// </summary>
    /// <returns>As it is configured, when it can't be understood; nothing when it is not configured.</returns>
    public static string? PostgresOf(this IConfiguration configuration, string name)
    {
        if (configuration.GetConnectionString(name) is not { } text || PostgresDatabase.Problem(text) is not null)
            return configuration.GetConnectionString(name);
        var connection = new NpgsqlConnectionStringBuilder(text);
        if (configuration[$"Passwords:{name}"] is { } password)
            connection.Password = password;
        if (configuration[CommonSettings.Authorities.Key] is { Length: > 0 } authorities)
        {
            if (!connection.ShouldSerialize("SSL Mode"))
                connection.SslMode = SslMode.VerifyFull;
            connection.RootCertificate ??= authorities;
        }

        return connection.ToString();
    }

    /// <summary>
    /// The broker's address, with the password <c>Passwords:RabbitMQ</c> where there is one, and whom <c>Tls:Authorities</c> trusts.
    /// </summary>
    /// <returns>Nothing when it is no address.</returns>
    /// <exception cref="SettingsException">There are no certificates where <c>Tls:Authorities</c> says.</exception>
    public static BrokerAddress? RabbitMqOf(this IConfiguration configuration)
    {
        if (!BrokerAddress.TryParse(configuration.GetConnectionString("RabbitMQ"), out var address))
            return null;
        if (configuration["Passwords:RabbitMQ"] is { } password)
            address = address.With(password);
        return configuration[CommonSettings.Authorities.Key] is { Length: > 0 } authorities ? address.With(Trust(authorities)) : address;
    }

    static ServerTrust Trust(string authorities)
    {
        try
        {
            return ServerTrust.In(authorities);
        }
        catch (FormatException e)
        {
            throw new SettingsException([$"{CommonSettings.Authorities.Key} {e.Message}."]);
        }
    }
}
