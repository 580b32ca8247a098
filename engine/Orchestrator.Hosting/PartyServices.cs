using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Storage;

namespace Orchestrator.Hosting;

/// <summary>The host that a party adds its services to.</summary>
/// <param name="Services">The host's services.</param>
/// <param name="Configuration">The host's configuration.</param>
/// <param name="Store">Finds the party's database.</param>
/// <param name="StoreOf">Finds a database of the party by its name.</param>
public sealed record PartyServices(
    IServiceCollection Services, IConfiguration Configuration, Func<IServiceProvider, Database> Store, Func<string, Func<IServiceProvider,
    Database>> StoreOf);
