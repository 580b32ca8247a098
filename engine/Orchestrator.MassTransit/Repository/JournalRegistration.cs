using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
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

namespace Orchestrator.MassTransit.Repository;

/// <summary>Adds the journal and its sagas to a host.</summary>
public static class JournalRegistration
{
    /// <summary>Adds the journal, kept in the given database.</summary>
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
        services.AddSingleton<TransitionWatch>();
        return services;
    }

    /// <summary>Adds a saga: its table, compiled into a state machine, on the journal.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="pace">What its time limits and pauses are multiplied by.</param>
    /// <exception cref="DefinitionException">The table can't work as written.</exception>
    public static IBusRegistrationConfigurator AddJournalSaga<TDefinition, TData>(this IBusRegistrationConfigurator bus, double pace = 1)
        where TDefinition : StepSaga<TData>, new()
        where TData : SagaData
    {
        var definition = new TDefinition { Pace = pace };
        _ = definition.Messages; // A table that can't work ends the start here, before anything is built on it.
        var endpoints = new SagaEndpoints<TData>(definition);
        var others = bus.Select(service => service.ImplementationInstance).OfType<ISagaEndpoints>().SelectMany(other => other.Queues);
        if (others.Intersect(endpoints.Queues).FirstOrDefault() is { } queue)
            throw new DefinitionException(definition.Kind, $"another saga has the queue {queue}; give each a kind of its own");
        bus.AddSingleton<StepSaga<TData>>(definition);
        bus.AddSingleton<SagaKind<TData>>();
        bus.AddSingleton<ISagaKind>(provider => provider.GetRequiredService<SagaKind<TData>>());
        bus.AddSingleton<ISagaEndpoints>(endpoints);
        bus.AddSagaStateMachine<StepSagaStateMachine<TData>, StepSagaInstance<TData>>()
            .Endpoint(endpoint => endpoint.Name = definition.Kind)
            .Repository(repository => repository.RegisterSagaRepository<
                StepSagaInstance<TData>,
                SagaJournal,
                SagaConsumeContextFactory<SagaJournal, StepSagaInstance<TData>>,
                JournalSagaRepositoryContextFactory<TData>>());
        return bus;
    }

    /// <summary>Receives from the queues of every saga that was added, on any transport.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="context">Its host's services.</param>
    /// <param name="intakeAtOnce">How many messages that start sagas are handled at once; as many as any others unless given.</param>
    public static void JournalSagaEndpoints(this IBusFactoryConfigurator bus, IRegistrationContext context, int? intakeAtOnce = null)
    {
        foreach (var endpoints in context.GetServices<ISagaEndpoints>())
            endpoints.Receive(bus, context, intakeAtOnce);
    }
}
