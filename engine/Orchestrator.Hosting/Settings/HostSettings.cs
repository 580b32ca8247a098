using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Settings;

/// <summary>The settings of every host, checked before anything starts.</summary>
/// <param name="Postgres">The connection string of the party's database.</param>
/// <param name="RabbitMq">The address of the broker.</param>
/// <param name="Broker">How the host uses it.</param>
public sealed record HostSettings(string Postgres, BrokerAddress RabbitMq, BrokerOptions Broker)
{
    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">Some are missing or wrong. The message names each of them and its remedy.</exception>
    public static HostSettings Read(IConfiguration configuration, string party)
    {
        var problems = new List<string>();
        var postgres = ConnectionString(
            configuration, "Postgres", $"Host=localhost;Database=orchestrator;Username={party};Password=…", problems);
        if (postgres is not null && PostgresDatabase.Problem(postgres) is { } wrong)
            problems.Add(
                $"ConnectionStrings:Postgres {wrong}; it is written like "
                + $"'Host=localhost;Database=orchestrator;Username={party};Password=…'.");
        var broker = configuration.RabbitMqOf();
        if (ConnectionString(configuration, "RabbitMQ", BrokerAddress.Form, problems) is not null && broker is null)
            problems.Add(
                $"ConnectionStrings:RabbitMQ is no broker's address; it is written like '{BrokerAddress.Form}', with amqps for TLS.");
        var options = Options(configuration.GetSection("Broker"), problems);
        CheckNames(configuration, problems);
        CheckLevels(configuration.GetSection("Logging").GetSection("LogLevel"), problems);
        return problems.Count == 0
            ? new HostSettings(configuration.PostgresOf("Postgres")!, broker!, options) : throw new SettingsException(problems);
    }

    static string? ConnectionString(IConfiguration configuration, string name, string form, List<string> problems)
    {
        if (configuration.GetConnectionString(name) is { } value && !string.IsNullOrWhiteSpace(value))
            return value;
        problems.Add(
            $"ConnectionStrings:{name} is missing; set the environment variable ConnectionStrings__{name}, for example to '{form}'.");
        return null;
    }

    static readonly HashSet<string> BrokerNames = new(
        [nameof(BrokerOptions.Prefetch), nameof(BrokerOptions.Redelivery), nameof(BrokerOptions.LongestWithoutConsumer)],
        StringComparer.OrdinalIgnoreCase);

    // A setting that nothing reads is a mistyped name.
    static void CheckNames(IConfiguration configuration, List<string> problems)
    {
        foreach (var unknown in configuration.GetSection("Broker").GetChildren().Where(setting => !BrokerNames.Contains(setting.Key)))
            problems.Add($"{unknown.Path} is no setting; there are Broker:Prefetch, Broker:Redelivery and Broker:LongestWithoutConsumer.");
        foreach (
            var password in configuration.GetSection("Passwords").GetChildren()
            .Where(password => configuration.GetConnectionString(password.Key) is null))
            problems.Add(
                $"{password.Path} is the password of a connection string that is not set; set ConnectionStrings:{password.Key}, or take "
                + $"its password away.");
    }

    static void CheckLevels(IConfigurationSection section, List<string> problems)
    {
        foreach (var level in section.GetChildren().Where(level => !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _)))
            problems.Add($"{level.Path} is '{level.Value}'; it is one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
    }

    static BrokerOptions Options(IConfigurationSection section, List<string> problems)
    {
        var options = new BrokerOptions();
        if (section["Prefetch"] is { } prefetch)
        {
            if (int.TryParse(prefetch, CultureInfo.InvariantCulture, out var messages) && messages is >= 1 and <= ushort.MaxValue)
                options.Prefetch = messages;
            else
                problems.Add($"Broker:Prefetch is '{prefetch}'; it is a number of messages from 1 to {ushort.MaxValue}.");
        }

        if (section["LongestWithoutConsumer"] is { } longest)
        {
            if (TimeSpan.TryParse(longest, CultureInfo.InvariantCulture, out var limit)
                && limit >= TimeSpan.FromSeconds(10) && limit <= TimeSpan.FromDays(1))
                options.LongestWithoutConsumer = limit;
            else
                problems.Add(
                    $"Broker:LongestWithoutConsumer is '{longest}'; it is a time from ten seconds to a day, written like '00:05:00'.");
        }

        var delays = section.GetSection("Redelivery").GetChildren().ToList();
        if (delays.Count == 0)
            return options;
        var parsed = new List<TimeSpan>();
        foreach (var delay in delays)
        {
            if (TimeSpan.TryParse(delay.Value, CultureInfo.InvariantCulture, out var wait) && wait > TimeSpan.Zero
                && wait <= TimeSpan.FromDays(1))
                parsed.Add(wait);
            else
                problems.Add($"{delay.Path} is '{delay.Value}'; it is a time up to a day, written like '00:00:10'.");
        }

        options.Redelivery = parsed;
        return options;
    }
}
