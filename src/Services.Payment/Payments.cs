using Microsoft.Extensions.Logging;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Services.Payment.Ledger;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment;

/// <summary>The acts of the payment service: authorise, void, capture, and tell what became of one. Each is safe to repeat and to run twice at once.</summary>
/// <remarks>
/// <para>
/// No transaction spans a call of the gateway. Before the call an intent is committed; after it, its outcome together
/// with what it moved in the ledger. An intent without an outcome is asked about at the gateway; only if the gateway
/// does not know its key is the call made, with that key. So dying anywhere leaves nothing that a repeated command
/// does not put right.
/// </para>
/// <para>
/// Trouble (the gateway does not answer, a command contradicts what is stored) is an exception, and never stored as an
/// outcome.
/// </para>
/// </remarks>
public sealed partial class Payments(Database database, IPaymentGateway gateway, ILogger<Payments> logger) : IDisposable
{
    readonly SharedTransactions<Guid, OrderPayment> _orders =
        new(database, new LedgerTables(database).Load, new LedgerTables(database).Save, LedgerTables.AreLocked);

    /// <summary>Ends the waiting for a database that is away.</summary>
    public void Dispose() => _orders.Dispose();

    async Task<GatewayAnswer?> AskAbout(Operation intent, CancellationToken cancellationToken)
    {
        LogAsking(intent.OrderId, intent.Name, intent.Epoch);
        return await gateway.GetStatus(intent.Key, cancellationToken);
    }

    /// <summary>Asks the gateway about an intent without an outcome, and records what it says.</summary>
    /// <returns>How the operation stands then; null when the gateway does not know of it, and nothing was recorded.</returns>
    async Task<Operation?> FindOut(Operation intent, CancellationToken cancellationToken) =>
        await AskAbout(intent, cancellationToken) is { } answer
            ? await _orders.Act(intent.OrderId, payment => Record(payment, intent, answer), cancellationToken)
            : null;

    static Operation Record(OrderPayment payment, Operation intent, GatewayAnswer answer) => intent.Name == Operation.Capture
        ? RecordCapture(payment, intent.Epoch, answer)
        : RecordAuthorization(payment, intent.Epoch, answer);

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Order {OrderId}: {Operation} of epoch {Epoch} has an intent without an outcome; asking the gateway about it")]
    partial void LogAsking(Guid orderId, string operation, int epoch);
}
