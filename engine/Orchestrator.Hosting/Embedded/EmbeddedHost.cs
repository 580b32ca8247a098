using System.CommandLine;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Hosting.Commands;
using Orchestrator.Hosting.Documents;
using Orchestrator.Hosting.Logging;
using Orchestrator.Hosting.Telemetry;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Endpoints;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Embedded;

/// <summary>
/// Sagas and participants in one process, on SQLite and a transport in memory, with nothing to install. The transport loses its messages
/// when the process ends. <see cref="Recover"/> sends them again from the journal.
/// </summary>
public sealed partial class EmbeddedHost : IAsyncDisposable
{
    /// <summary>The key of the database of the sagas, their journal and the participants.</summary>
    public const string Store = "store";

    // A queue in memory delivers its messages at once. So when no message was handled for this time, the queues are empty.
    static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500), LongestDrain = TimeSpan.FromSeconds(20),
    Look = TimeSpan.FromMilliseconds(50);

    readonly IHost _host;

    EmbeddedHost(IHost host) => _host = host;

    /// <summary>The host's services.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>The database of the sagas, their journal and the participants.</summary>
    public Database Database => Services.GetRequiredKeyedService<Database>(Store);

    /// <summary>The bus, which sends and publishes.</summary>
    public IBus Bus => Services.GetRequiredService<IBus>();

    /// <summary>The messages that could not be handled.</summary>
    public UnhandledMessages Unhandled => Services.GetRequiredService<UnhandledMessages>();

    Recovery Recovery => Services.GetRequiredService<Recovery>();

    /// <summary>
    /// Runs parties until the process is told to stop, or one of them calls <see cref="IHostApplicationLifetime.StopApplication"/>. At its
    /// start it continues the sagas that an earlier process left unfinished.
    /// </summary>
    /// <param name="args">The arguments of the process: none, a command of a party, <c>sagas</c>, <c>--version</c> or <c>--help</c>.
    /// Settings are environment variables.</param>
    /// <param name="data">The folder of the databases. It is created if it does not exist, and locked while the process runs.</param>
    /// <param name="describe">Adds the sagas and the participants.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static Task<int> Run(string[] args, string data, Action<HostedParties> describe)
    {
        var parties = new HostedParties();
        describe(parties);
        var root = new RootCommand(
            $"Runs {string.Join(", ", parties.All.Select(party => party.Name))} in one process, until it is told to stop. Their state "
            + $"is in {data}.");
        foreach (var sagas in parties.All.OfType<SagaParty>())
            root.Subcommands.Add(SagaDocuments.Command(sagas));
        foreach (var command in parties.All.SelectMany(party => party.Commands))
            root.Subcommands.Add(command);
        root.SetAction((_, stop) => Run(data, parties, stop));
        return new CommandProgram(root, (_, _) => null).Run(args);
    }

    /// <summary>
    /// Runs parties until <paramref name="stop"/>, or until one of them calls <see cref="IHostApplicationLifetime.StopApplication"/>. At
    /// its start it continues the sagas that an earlier process left unfinished.
    /// </summary>
    /// <param name="data">The folder of the databases. It is created if it does not exist, and locked during the run.</param>
    /// <param name="parties">The parties.</param>
    /// <param name="stop">Ends the run.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="DataFolderException">Another process uses the folder, or the folder can't be written to.</exception>
    /// <exception cref="NewerSchemaException">A newer version of the program has migrated the database.</exception>
    public static async Task<int> Run(string data, HostedParties parties, CancellationToken stop)
    {
        using var folder = DataFolder.Open(data);
        await using var host = await Start(folder, parties, Tell, stop);
        var logger = host.Services.GetRequiredService<ILogger<EmbeddedHost>>();
        host.Unhandled.SagaStuck += stuck => LogStuck(logger, stuck.Sentence("saga"));
        _ = host.Unhandled.Breakdown.ContinueWith(
            unhandled =>
                LogUnhandled(logger, unhandled.Result), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            stop, host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        try
        {
            await host.Recover(null, end.Token);
            LogReady(logger, folder.Database);
            await Task.Delay(Timeout.InfiniteTimeSpan, host.Services.GetRequiredService<TimeProvider>(), end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // A background service that failed may have stopped the application.
            await host.ThrowWhatFailed();
            // The host was told to stop. When messages are still under way, the next start continues their sagas.
            if (await host.IsQuiet())
                await host.StopCleanly(CancellationToken.None);
        }

        return ExitCode.Done;
    }

    /// <summary>Migrates the tables and starts the parties. Unfinished sagas are not continued until <see cref="Recover"/>.</summary>
    /// <param name="folder">The folder of the databases.</param>
    /// <param name="parties">The parties.</param>
    /// <param name="configure">Adds to the host: logs, telemetry, and in tests the replacements of services.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="NewerSchemaException">A newer version of the program has migrated the database.</exception>
    public static async Task<EmbeddedHost> Start(
        DataFolder folder, HostedParties parties, Action<IHostApplicationBuilder>? configure = null,
        CancellationToken cancellationToken = default)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddEnvironmentVariables();
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddPartiesInProcess(builder.Configuration, folder, parties.All);
        configure?.Invoke(builder);
        var host = builder.Build();
        try
        {
            foreach (var migration in host.Services.GetServices<Migration>())
                await migration.Run(host.Services, cancellationToken);
            await host.StartAsync(cancellationToken);
            return new EmbeddedHost(host);
        }
        catch
        {
            await ((IAsyncDisposable)host).DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends again the messages of every unfinished saga, and of every saga that ended since the last clean stop.</summary>
    /// <param name="admit">Waits until the messages of a saga may be sent; null to send them at once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task Recover(Func<ISagaKind, SagaRow, Task>? admit, CancellationToken cancellationToken)
    {
        var publisher = Services.GetRequiredService<OutgoingPublisher>();
        foreach (var kind in Services.GetServices<ISagaKind>())
        {
            await foreach (var unsettled in Recovery.Find(kind, cancellationToken))
            {
                if (unsettled.Problem is { } problem)
                    Unhandled.Unreadable(unsettled.Saga.Id, problem);
                if (unsettled.Problem is not null || unsettled.Outgoing.Count == 0)
                    continue;
                if (admit is not null)
                    await admit(kind, unsettled.Saga);
                await publisher.Send(kind, unsettled.Outgoing, cancellationToken, unsettled.Saga.TraceParent);
            }
        }
    }

    /// <summary>Stops the host, and records that there is nothing to recover. Call it when no message is under way.</summary>
    public async Task StopCleanly(CancellationToken cancellationToken)
    {
        await _host.StopAsync(cancellationToken);
        await Recovery.StoppedCleanly(cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    static void Tell(IHostApplicationBuilder builder)
    {
        builder.Services.AddTelemetry(builder.Configuration, builder.Environment.ApplicationName);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole(console => console.SingleLine = true)
            .RedactExceptions()
            .AddFilter("MassTransit", LogLevel.None).AddFilter("Microsoft", LogLevel.Warning);
    }

    Task ThrowWhatFailed() => Services.GetServices<IHostedService>().OfType<BackgroundService>()
        .Select(service => service.ExecuteTask).FirstOrDefault(task => task is { IsFaulted: true }) ?? Task.CompletedTask;

    async Task<bool> IsQuiet()
    {
        var time = Services.GetRequiredService<TimeProvider>();
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < LongestDrain; await Task.Delay(
            Look, time, CancellationToken.None))
        {
            if (Unhandled.QuietFor >= Quiet)
                return true;
        }

        return false;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Takes messages; the state is in {Database}")]
    static partial void LogReady(ILogger logger, string database);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Problem}; the next start continues it")]
    static partial void LogStuck(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Problem}; it is lost, because there are no dead letters without a broker")]
    static partial void LogUnhandled(ILogger logger, string problem);
}
