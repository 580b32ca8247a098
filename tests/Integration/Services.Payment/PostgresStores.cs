using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;
using Orchestrator.Tests.Unit.Services.Payment;

namespace Orchestrator.Tests.Integration.Services.Payment;

/// <summary>The ledger and the books of the acquirer, each in a new database on the server of the run.</summary>
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
