using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Hosting.DeadLetters;
using Orchestrator.Hosting.Holds;
using Orchestrator.Hosting.Views;
using Orchestrator.Journal;
using Orchestrator.Journal.DeadLetters;
using Orchestrator.Journal.Holds;
using Orchestrator.Journal.Search;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Endpoints;
using Orchestrator.Storage;
using Orchestrator.Storage.Views;

namespace Orchestrator.Hosting;

/// <summary>Adds the parts of a host of sagas.</summary>
public static class SagaRegistration
{
    /// <summary>Adds the journal, on a database that <see cref="MigrateOrchestrator"/> has prepared.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="database">The database.</param>
    /// <param name="breaker">When the breaker holds a step; <see cref="BreakerOptions.Default"/> when null.</param>
    public static IServiceCollection AddOrchestrator(
        this IServiceCollection services, Func<IServiceProvider, Database> database, BreakerOptions? breaker = null) =>
        services.AddSingleton(breaker ?? BreakerOptions.Default).AddJournal(database).AddSingleton<HoldStore>()
            .AddSingleton(
                provider => ActivatorUtilities.CreateInstance<SagaSearch>(provider, provider.GetRequiredService<IJournalStore>().Database))
            .AddSingleton(Views).AddHostedService<ViewService>();

    /// <summary>Receives from the queues of the sagas and of their operators, on any transport.</summary>
    public static void SagaEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context)
    {
        bus.JournalSagaEndpoints(context, context.GetService<BrokerConventions>()?.Options.IntakeAtOnce);
        bus.ReceiveEndpoint(OperatorQueues.Commands, endpoint =>
        {
            // Commands are sent straight to this queue, and are never published.
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConfigureConsumer<HoldHandlers>(context);
        });
    }

    /// <summary>The queues that the sagas send commands to.</summary>
    public static IReadOnlyCollection<string> SendsTo(IServiceProvider provider) =>
        [.. provider.GetServices<ISagaKind>().SelectMany(kind => kind.SendsTo).Distinct()];

    /// <summary>Whether the exception means that a replica with another definition or program can handle the message.</summary>
    public static bool IsForAnotherReplica(Exception exception) =>
        exception is NewerDefinitionException or RemovedStepException or OtherProgramException;

    /// <summary>Migrates the tables and the views to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has migrated the database.</exception>
    /// <exception cref="DefinitionException">This version of a saga can't continue the unfinished sagas of an older version.</exception>
    public static async Task MigrateOrchestrator(this IServiceProvider provider, CancellationToken cancellationToken = default)
    {
        var database = provider.GetRequiredService<IJournalStore>().Database;
        await JournalSchema.Migrate(database, cancellationToken);
        foreach (var kind in provider.GetServices<ISagaKind>())
        {
            await RunningInstances.Check(database, kind, cancellationToken);
            // A definition is recorded only after the check, because a definition that can't start has never run.
            await RecordedDefinitions.Check(database, kind, cancellationToken);
        }

        await provider.GetRequiredService<SagaSearch>().Begin(cancellationToken);
        await provider.GetRequiredService<ViewUpkeep>().Bring(cancellationToken);
    }

    /// <summary>Adds the service that moves dead letters from the broker into the table <c>dead_letter</c>.</summary>
    public static IServiceCollection AddDeadLetterDrain(this IServiceCollection services, BrokerAddress broker) => services
        .AddSingleton(provider => new DeadLetterStore(provider.GetRequiredService<IJournalStore>().Database))
        .AddHostedService(provider => ActivatorUtilities.CreateInstance<DeadLetterDrain>(
            provider,
            broker,
            WorkQueues.Of(provider.GetServices<ISagaKind>(), provider.GetServices<WorkSource>()).SelectMany(BrokerQueues.AllSetAside)
            .ToArray(),
            new DeadLetterReader(provider.GetServices<ISagaKind>().SelectMany(kind => kind.Receives.Concat(kind.Sends)))));

    static ViewUpkeep Views(IServiceProvider provider)
    {
        var database = provider.GetRequiredService<IJournalStore>().Database;
        return new(
            database, JournalViews.Of(database.Dialect, provider.GetServices<ISagaKind>()),
            provider.GetRequiredService<ILogger<ViewUpkeep>>());
    }
}
