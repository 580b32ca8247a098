using System.Text.Encodings.Web;
using System.Text.Json;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Logging;
using Orchestrator.Hosting.Settings;
using Orchestrator.Hosting.Telemetry;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Telemetry;

namespace Orchestrator.Hosting;

/// <summary>The process of one party: configured from outside, with health for whoever runs it, drained when it stops.</summary>
public sealed partial class PartyHost
{
    const string Ready = "ready";
    const string Live = "live";

    // Longer than the drain, so that what is under way ends before the process is told to go.
    static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    // It is no part of a page, and people read it.
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    const int HealthConnections = 100;
    static readonly TimeSpan HealthPatience = TimeSpan.FromSeconds(5);

    readonly WebApplicationBuilder _builder;
    readonly StartUpService.Outcome _outcome = new();

    PartyHost(WebApplicationBuilder builder, string party, HostSettings settings)
    {
        _builder = builder;
        Party = party;
        Settings = settings;
    }

    /// <summary>The party.</summary>
    public string Party { get; }

    /// <summary>What the host is told from outside.</summary>
    public HostSettings Settings { get; }

    /// <summary>The host's services.</summary>
    public IServiceCollection Services => _builder.Services;

    /// <summary>The whole configuration.</summary>
    public IConfiguration Configuration => _builder.Configuration;

    /// <summary>Runs a party until it is told to stop.</summary>
    /// <param name="args">The arguments of the process: configuration, as <c>--Key=value</c>; or <c>health</c> alone, which asks a host that runs already; or <c>--version</c>.</param>
    /// <param name="party">Its name: of its schema, its role and the messages that it sends.</param>
    /// <param name="port">Where its health is asked for, on the loopback address, unless configured otherwise (<c>urls</c>).</param>
    /// <param name="compose">Adds what the party does.</param>
    /// <param name="commands">What else the program can be asked to do, beside <c>health</c>.</param>
    /// <returns>The exit code: 0 after a stop, 1 when it could not start, broke off or could not take messages from one of its queues, 2 when it is configured wrongly.</returns>
    public static async Task<int> Run(string[] args, string party, int port, Action<PartyHost> compose, params string[] commands)
    {
        if (args is ["health"])
            return await HealthCommand.Run(port);
        if (args is ["--version"])
        {
            Console.WriteLine(ProgramVersion.Current);
            return 0;
        }

        if (HostArguments.Unknown(args) is { } unknown)
            return await HostArguments.Refuse(party, unknown, ["health", "--version", .. commands]);
        if (PasswordsInArguments.Warning(args) is { } warning)
            await Console.Error.WriteLineAsync(warning);
        try
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
            builder.Configuration.AddSecretFiles();
            builder.Logging.RedactExceptions().BatchConsole();
            var host = new PartyHost(builder, party, HostSettings.Read(builder.Configuration, party));
            host.AddDefaults(port);
            compose(host);
            return await host.Run();
        }
        catch (SettingsException e)
        {
            await Console.Error.WriteLineAsync($"{party} can't start:{Environment.NewLine}{e.Message}");
            return 2;
        }
        catch (FormatException e) when (e.Message.StartsWith("Invalid url", StringComparison.Ordinal))
        {
            await Console.Error.WriteLineAsync($"{party} can't start: ASPNETCORE_URLS: {e.Message}; it is written like 'http://*:8080'.");
            return 2;
        }
        catch (IOException e) // The port of the health checks is taken.
        {
            await Console.Error.WriteLineAsync($"{party} can't start: {e.Message.TrimEnd('.')}; name another address with ASPNETCORE_URLS.");
            return 1;
        }
    }

    /// <summary>Takes messages from the broker.</summary>
    /// <param name="register">Adds handlers and sagas.</param>
    /// <param name="receive">Receives from queues.</param>
    /// <param name="sendsTo">The queues of others that this host sends commands to.</param>
    /// <param name="isForAnotherReplica">Whether an exception means that another replica of this host can handle the message.</param>
    public void UseBus(
        Action<IBusRegistrationConfigurator> register, Action<IRabbitMqBusFactoryConfigurator, IRegistrationContext> receive,
        Func<IServiceProvider, IReadOnlyCollection<string>>? sendsTo = null, Func<Exception, bool>? isForAnotherReplica = null) =>
        Services.AddPartyBus(
            Settings.RabbitMq,
            new BrokerConventions
            {
                Source = Party,
                Options = Settings.Broker,
                SendsTo = sendsTo ?? (_ => []),
                IsForAnotherReplica = isForAnotherReplica ?? (_ => false),
            },
            register, receive);

    void AddDefaults(int port)
    {
        if (string.IsNullOrEmpty(_builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey))
            && string.IsNullOrEmpty(_builder.WebHost.GetSetting(WebHostDefaults.HttpPortsKey)))
        {
            _builder.WebHost.UseUrls($"http://localhost:{port}");
        }

        _builder.WebHost.ConfigureKestrel(LimitConnections);
        Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTime);
        Services.AddTelemetry(Configuration, _builder.Environment.ApplicationName);
        Services.AddPartyStore(Party, Settings.Postgres);
        Services.AddSingleton(_outcome);
        Services.AddHostedService<StartUpService>();
        Services.AddHealthChecks()
            .AddCheck<DeafHealth>("process", tags: [Live])
            .AddCheck<StartHealth>("start", tags: [Ready])
            .AddCheck<ConsumersHealth>("consumers", tags: [Ready])
            .AddCheck<DestinationsHealth>("destinations", tags: [Ready])
            .Add(new HealthCheckRegistration("postgres", provider => new StoreHealth(provider.StoreOf(Party)), null, [Ready]));
    }

    // A crowd on the port of the health checks must not take the files that the host needs, nor keep the platform out for long: a connection that asks
    // nothing is soon closed.
    static void LimitConnections(KestrelServerOptions server)
    {
        server.Limits.MaxConcurrentConnections = HealthConnections;
        server.Limits.KeepAliveTimeout = HealthPatience;
        server.Limits.RequestHeadersTimeout = HealthPatience;
    }

    async Task<int> Run()
    {
        await using var app = _builder.Build();
        LogStarting(app.Logger, Party, ProgramVersion.Current);
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live), ResponseWriter = Write });
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
