using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Engine;
using Orchestrator.Hosting.Holds;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal;
using Orchestrator.MassTransit.Endpoints;

namespace Orchestrator.Hosting;

/// <summary>
/// The description of the party that runs the sagas: their tables, and the queues from which participants take events and other work.
/// </summary>
public sealed class SagaParty : Party
{
    readonly List<Action<IBusRegistrationConfigurator, double>> _sagas = [];
    readonly List<WorkSource> _workSources = [];

    /// <summary>Describes a host without sagas.</summary>
    public SagaParty()
        : base(SagaJournal.Party) => AddSettings(SagaSettings.All);

    /// <summary>How the sagas run. By default the host's settings decide.</summary>
    public Func<IConfiguration, SagaOptions> Options { get; set; } = SagaOptions.Of;

    /// <summary>Adds a saga.</summary>
    public void AddSaga<TSaga, TData>()
        where TSaga : StepSaga<TData>, new()
        where TData : SagaData => _sagas.Add((bus, pace) => bus.AddJournalSaga<TSaga, TData>(pace));

    /// <summary>The queues of <see cref="AddWorkSource"/>.</summary>
    public IReadOnlyList<WorkSource> WorkSources => _workSources;

    /// <summary>
    /// Adds a queue from which a participant takes other work than the sagas' commands, like events. The host keeps its dead letters and
    /// shows its length.
    /// </summary>
    /// <param name="queue">The queue. A name like <c>bank-events</c> belongs to the participant <c>bank</c>.</param>
    /// <param name="events">The events that the queue subscribes to. The command <c>permissions</c> lets the participant do so.</param>
    public void AddWorkSource(string queue, params IReadOnlyList<Type> events)
    {
        var source = new WorkSource(queue) { Events = events };
        _workSources.Add(source);
        AddServices(host => host.Services.AddSingleton(source));
    }

    /// <summary>Adds the sagas to a bus, or to a registration that only reads their tables.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="pace">The factor for their time limits and pauses.</param>
    /// <exception cref="DefinitionException">A table is invalid.</exception>
    public void AddTo(IBusRegistrationConfigurator bus, double pace = 1)
    {
        foreach (var add in _sagas)
            add(bus, pace);
        bus.AddConsumer<HoldHandlers>();
    }

    /// <summary>Reads the tables of the sagas. It starts nothing.</summary>
    /// <exception cref="DefinitionException">A table is invalid.</exception>
    /// <param name="configuration">The host's settings, with the factor for time limits; null to read the limits as the tables have
    /// them.</param>
    public IReadOnlyList<ISagaKind> Kinds(IConfiguration? configuration = null)
    {
        var pace = configuration is null ? 1 : Options(configuration).Pace;
        using var provider = new ServiceCollection().AddMassTransit(bus => AddTo(bus, pace)).BuildServiceProvider();
        return [.. provider.GetServices<ISagaKind>().OrderBy(kind => kind.Name, StringComparer.Ordinal)];
    }

    internal override void AddTo(PartyServices host)
    {
        host.Services.AddOrchestrator(host.Store, Options(host.Configuration).Breaker);
        host.Services.AddMigration((provider, stop) => provider.MigrateOrchestrator(stop));
        base.AddTo(host);
    }

    internal override void AddTo(IBusRegistrationConfigurator bus, IConfiguration configuration)
    {
        AddTo(bus, Options(configuration).Pace);
        base.AddTo(bus, configuration);
    }

    internal override void Receive(IBusFactoryConfigurator bus, IRegistrationContext context)
    {
        bus.SagaEndpoints(context);
        base.Receive(bus, context);
    }
}
