using Microsoft.Extensions.Configuration;
using Npgsql;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Settings;

/// <summary>Connection strings, completed with the settings for passwords and trusted certificate authorities.</summary>
public static class Connections
{
    /// <summary>
    /// The name of the connection string of a party's database, when the party shares a host with others: <c>Archive</c> for
    /// <c>archive</c>.
    /// </summary>
    public static string NameOf(string party) => char.ToUpperInvariant(party[0]) + party[1..];

    /// <summary>
    /// The connection string of a database. It has the password <c>Passwords:name</c> if that is set, and TLS if <c>Tls:Authorities</c> is
    /// set.
    /// </summary>
    /// <returns>The unchanged setting when it is invalid; null when it is not set.</returns>
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
    /// The broker's address. It has the password <c>Passwords:RabbitMQ</c> and the authorities of <c>Tls:Authorities</c>, if they are set.
    /// </summary>
    /// <returns>Null when the setting is missing or invalid.</returns>
    /// <exception cref="SettingsException">The file of <c>Tls:Authorities</c> has no certificates.</exception>
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
