using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Services.Payment;

/// <summary>The two databases of a payment test. Each dialect has an implementation.</summary>
public interface IPaymentStores : IAsyncDisposable
{
    /// <summary>The database of the payment service.</summary>
    Database Ledger { get; }

    /// <summary>The database of the acquirer.</summary>
    Database Books { get; }

    /// <summary>Makes both databases, without tables.</summary>
    Task Create();
}
