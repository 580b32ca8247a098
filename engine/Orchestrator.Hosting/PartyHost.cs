using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Engine;
using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Logging;
using Orchestrator.Hosting.Settings;
using Orchestrator.Hosting.Telemetry;

namespace Orchestrator.Hosting;

/// <summary>
/// The process of one party on servers. It reads its settings, answers health checks, and finishes its messages before it stops.
/// </summary>
sealed partial class PartyHost
{
    const string Ready = "ready";
    const string Live = "live";

    // Longer than the drain, so that running handlers end before the process ends.
    static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    // The JSON is not part of a web page, so it needs no escapes for HTML, and people can read it.
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    const int HealthConnections = 100;
    static readonly TimeSpan HealthPatience = TimeSpan.FromSeconds(5);

    readonly WebApplicationBuilder _builder;
    readonly StartUpService.Outcome _outcome = new();

    readonly Party _party;

    PartyHost(WebApplicationBuilder builder, Party party) => (_builder, _party) = (builder, party);

    /// <summary>Runs a party until the process is told to stop, or runs one of the party's commands.</summary>
    /// <param name="args">The arguments of the process: settings as <c>--Key=value</c>, or a command of the party, or <c>--version</c>, or
    /// <c>health</c> alone, which asks a running host for its health.</param>
    /// <param name="party">The party.</param>
    /// <param name="port">The port of its health checks, on the loopback address. The setting <c>urls</c> overrides it.</param>
    /// <returns>One of <see cref="ExitCode"/>. For a host: 0 after a normal stop, 1 when it could not start, failed, or could not take
    /// messages from one of its queues, 2 when its configuration is wrong.</returns>
    public static async Task<int> Run(string[] args, Party party, int port)
    {
        if (args is ["health"])
            return await HealthCommand.Run(port);
        if (args is ["--version"])
        {
            Console.WriteLine(ProgramVersion.Current);
            return ExitCode.Done;
        }

        if (args is [var name, ..] && party.Commands.FirstOrDefault(command => command.Name == name) is { } command)
            return await new CommandProgram(new RootCommand { command }, ServerCommand.Troubles).Run(args);
        if (HostArguments.Unknown(args) is { } unknown)
            return await HostArguments.Refuse(
                party.Name, unknown, ["health", "--version", .. party.Commands.Select(command => command.Name)]);
        if (PasswordsInArguments.Warning(args) is { } warning)
            await Console.Error.WriteLineAsync(warning);
        try
        {
            var builder = WebApplication.CreateBuilder(
                new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
            builder.Configuration.AddDefaults();
            builder.Configuration.AddSecretFiles();
            builder.Logging.RedactExceptions().BatchConsole();
            var settings = HostSettings.Read(builder.Configuration, party.Name);
            SettingNames.Check(builder.Configuration, party.Settings);
            var host = new PartyHost(builder, party);
            host.AddDefaults(port);
            builder.Services.AddPartiesOnServers(builder.Configuration, settings, party);
            return await host.Run();
        }
        catch (Exception e) when (e is SettingsException or DefinitionException)
        {
            return await Refuse(ExitCode.Usage, $":{Environment.NewLine}{e.Message}");
        }
        catch (FormatException e) when (e.Message.StartsWith("Invalid url", StringComparison.Ordinal))
        {
            return await Refuse(ExitCode.Usage, $": ASPNETCORE_URLS: {e.Message}; it is written like 'http://*:8080'.");
        }
        catch (IOException e) // The port of the health checks is taken.
        {
            return await Refuse(ExitCode.Trouble, $": {e.Message.TrimEnd('.')}; name another address with ASPNETCORE_URLS.");
        }

        async Task<int> Refuse(int exitCode, string why)
        {
            await Console.Error.WriteLineAsync($"{party.Name} can't start{why}");
            return exitCode;
        }
    }

    void AddDefaults(int port)
    {
        if (string.IsNullOrEmpty(_builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey))
            && string.IsNullOrEmpty(_builder.WebHost.GetSetting(WebHostDefaults.HttpPortsKey)))
        {
            _builder.WebHost.UseUrls($"http://localhost:{port}");
        }

        _builder.WebHost.ConfigureKestrel(LimitConnections);
        var services = _builder.Services;
        services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTime);
        services.AddTelemetry(_builder.Configuration, _builder.Environment.ApplicationName);
        services.AddSingleton(_outcome);
        services.AddHostedService<StartUpService>();
        services.AddHealthChecks()
            .AddCheck<DeafHealth>("process", tags: [Live])
            .AddCheck<StartHealth>("start", tags: [Ready])
            .AddCheck<ConsumersHealth>("consumers", tags: [Ready])
            .AddCheck<DestinationsHealth>("destinations", tags: [Ready])
            .Add(new HealthCheckRegistration("postgres", provider => new StoreHealth(provider.StoreOf(_party.Name)), null, [Ready]));
    }

    // Many connections to the port of the health checks must not use up the host's file handles, nor block the platform's checks for long.
    // So their number is limited, and an idle connection is soon closed.
    static void LimitConnections(KestrelServerOptions server)
    {
        server.Limits.MaxConcurrentConnections = HealthConnections;
        server.Limits.KeepAliveTimeout = HealthPatience;
        server.Limits.RequestHeadersTimeout = HealthPatience;
    }

    async Task<int> Run()
    {
        await using var app = _builder.Build();
        LogStarting(app.Logger, _party.Name, ProgramVersion.Current);
        app.MapHealthChecks(
            "/health/live", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live), ResponseWriter = Write });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(Ready),
            ResponseWriter = Write,
        });
        await app.RunAsync();
        return _outcome.ExitCode;
    }

    static Task Write(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            status = report.Status.ToString(),
            version = ProgramVersion.Current,
            checks = report.Entries.ToDictionary(entry => entry.Key, entry => $"{entry.Value.Status}: {entry.Value.Description}"),
        }, Readable));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Party} {Version} starts")]
    static partial void LogStarting(ILogger logger, string party, string version);
}
