using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Services.Payment;

/// <summary>Two files in a temporary folder.</summary>
public sealed class SqliteStores : IPaymentStores
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("payment-");

    public Database Ledger { get; private set; } = null!;

    public Database Books { get; private set; } = null!;

    public Task Create()
    {
        Ledger = Open("payment.db");
        Books = Open("acquirer.db");
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await Books.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    SqliteDatabase Open(string file) =>
        new(Path.Combine(_folder.FullName, file), TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
}
