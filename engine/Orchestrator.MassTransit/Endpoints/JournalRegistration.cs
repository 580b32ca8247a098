using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestrator.Engine;
using Orchestrator.Journal;
using Orchestrator.Journal.Holds;
using Orchestrator.Journal.Postgres;
using Orchestrator.Journal.Sqlite;
using Orchestrator.Journal.Telemetry;
using Orchestrator.MassTransit.Sending;
using Orchestrator.Storage;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>Adds the journal and its sagas to a host.</summary>
public static class JournalRegistration
{
    /// <summary>Adds the journal, which is kept in the given database.</summary>
    public static IServiceCollection AddJournal(this IServiceCollection services, Func<IServiceProvider, Database> database)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IJournalStore>(provider => database(provider) switch
        {
            PostgresDatabase postgres => new PostgresJournalStore(postgres),
            var sqlite => new SqliteJournalStore(sqlite),
        });
        services.AddSingleton<SagaJournal>();
        services.TryAddSingleton(BreakerOptions.Default);
        services.AddSingleton<StepBreaker>();
        services.TryAddSingleton<Destinations>();
        services.AddSingleton<OutgoingPublisher>();
        services.AddSingleton<IOutgoingSender>(provider => provider.GetRequiredService<OutgoingPublisher>());
        services.AddSingleton<SagaDispatcher>();
        services.AddSingleton<TransitionWatch>();
        return services;
    }

    /// <summary>Adds a saga whose rows are in the journal.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="pace">The factor for its time limits and pauses.</param>
    /// <exception cref="DefinitionException">The table of the saga is invalid, or another saga has the same queue.</exception>
    public static IBusRegistrationConfigurator AddJournalSaga<TDefinition, TData>(this IBusRegistrationConfigurator bus, double pace = 1)
        where TDefinition : StepSaga<TData>, new()
        where TData : SagaData
    {
        var definition = new TDefinition { Pace = pace };
        _ = definition.Messages; // An invalid table ends the start here, before anything uses it.
        var kind = new SagaKind<TData>(definition);
        var others = bus.Select(service => service.ImplementationInstance).OfType<ISagaKind>()
            .SelectMany(other => SagaQueues.All(other.Name));
        if (others.Intersect(SagaQueues.All(kind.Name)).FirstOrDefault() is { } queue)
            throw new DefinitionException(kind.Name, $"another saga has the queue {queue}; give each a kind of its own");
        bus.AddSingleton<StepSaga<TData>>(definition);
        bus.AddSingleton(kind);
        bus.AddSingleton<ISagaKind>(kind);
        return bus;
    }

    /// <summary>Receives from the queues of every saga that was added, on any transport.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="context">Its host's services.</param>
    /// <param name="intakeAtOnce">How many messages that start sagas are handled at once; null for no limit of their own.</param>
    public static void JournalSagaEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context, int? intakeAtOnce = null)
    {
        foreach (var kind in context.GetServices<ISagaKind>())
            SagaEndpoints.Receive(bus, context, kind, intakeAtOnce);
    }
}
