using System.CommandLine;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting.Settings;
using Orchestrator.Storage;

namespace Orchestrator.Hosting;

/// <summary>
/// The description of a party: its tables, its services, its handlers and its queues. The description starts nothing. A host carries it
/// out: a process for one party on servers, a process for all parties on servers, or a process on SQLite without servers.
/// </summary>
/// <param name="name">Its name. Its schema, its role and its migrations have this name, and its messages name it as their sender.</param>
public class Party(string name)
{
    readonly List<Action<PartyServices>> _services = [];
    readonly List<Action<IBusRegistrationConfigurator>> _handlers = [];
    readonly List<Action<IBusFactoryConfigurator, IRegistrationContext>> _queues = [];
    readonly List<string> _stores = [name];
    readonly List<Setting> _settings = [];
    readonly List<Command> _commands = [];

    /// <summary>The party's name.</summary>
    public string Name => name;

    /// <summary>The databases that it uses: its own, and those of <see cref="AddStore"/>.</summary>
    public IReadOnlyList<string> Stores => _stores;

    /// <summary>The settings that only this party has.</summary>
    public IReadOnlyList<Setting> Settings => _settings;

    /// <summary>The commands of its program, beside running.</summary>
    public IReadOnlyList<Command> Commands => _commands;

    /// <summary>Adds services that the party needs.</summary>
    /// <param name="add">Adds them to the services of a host. It is called once for each host.</param>
    public void AddServices(Action<PartyServices> add) => _services.Add(add);

    /// <summary>Adds the party's tables.</summary>
    /// <param name="migrate">Migrates the tables to this version, before the host takes its first message.</param>
    public void AddTables(Func<Database, CancellationToken, Task> migrate) => AddTables(name, migrate);

    /// <summary>Adds a second database, for tables that must not share a database with the party's own tables.</summary>
    /// <param name="store">Its name, like <c>archive</c>. Its schema has this name, and its connection string is
    /// <c>ConnectionStrings:Archive</c>. Without this connection string it uses the one of the party's own database.</param>
    /// <param name="migrate">Migrates its tables to this version, before the host takes its first message.</param>
    public void AddStore(string store, Func<Database, CancellationToken, Task> migrate)
    {
        _stores.Add(store);
        AddTables(store, migrate);
    }

    /// <summary>Adds handlers of messages.</summary>
    /// <param name="add">Adds them to a bus. It is called once for each host.</param>
    public void AddHandlers(Action<IBusRegistrationConfigurator> add) => _handlers.Add(add);

    /// <summary>Adds the queues that the party takes messages from.</summary>
    /// <param name="receive">Receives from the queues, on any transport.</param>
    public void AddQueues(Action<IBusFactoryConfigurator, IRegistrationContext> receive) => _queues.Add(receive);

    /// <summary>Adds settings. At the start the host refuses any other name in the sections of these settings.</summary>
    public void AddSettings(params IEnumerable<Setting> settings) => _settings.AddRange(settings);

    /// <summary>Adds a command to the party's program.</summary>
    public void AddCommand(Command command) => _commands.Add(command);

    internal virtual void AddTo(PartyServices host)
    {
        foreach (var add in _services)
            add(host);
    }

    internal virtual void AddTo(IBusRegistrationConfigurator bus, IConfiguration configuration)
    {
        foreach (var add in _handlers)
            add(bus);
    }

    internal virtual void Receive(IBusFactoryConfigurator bus, IRegistrationContext context)
    {
        foreach (var receive in _queues)
            receive(bus, context);
    }

    void AddTables(string store, Func<Database, CancellationToken, Task> migrate) =>
        AddServices(host => host.Services.AddMigration((provider, stop) => migrate(host.StoreOf(store)(provider), stop)));
}
