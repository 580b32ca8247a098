using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;
using Orchestrator.Tests.Unit.Services.Payment;

namespace Orchestrator.Tests.Integration.Services.Payment;

/// <summary>The ledger and the acquirer's books, each in a database of its own on the run's server.</summary>
sealed class PostgresStores : IPaymentStores
{
    public Database Ledger { get; private set; } = null!;

    public Database Books { get; private set; } = null!;

    public async Task Create() => (Ledger, Books) =
        (SharedPostgres.Open(await SharedPostgres.CreateDatabase()), SharedPostgres.Open(await SharedPostgres.CreateDatabase()));

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await Books.DisposeAsync();
    }
}
