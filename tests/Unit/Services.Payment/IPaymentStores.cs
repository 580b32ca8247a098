using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Services.Payment;

/// <summary>The two databases of a payment test; one implementation for each dialect.</summary>
public interface IPaymentStores : IAsyncDisposable
{
    /// <summary>The payment service's database.</summary>
    Database Ledger { get; }

    /// <summary>The acquirer's database.</summary>
    Database Books { get; }

    /// <summary>Makes both, without tables.</summary>
    Task Create();
}
