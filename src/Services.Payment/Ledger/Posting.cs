namespace Orchestrator.Services.Payment.Ledger;

/// <summary>A row of <c>payment_posting</c>: money that moved between two accounts.</summary>
sealed record Posting(
    Guid OrderId, int HoldEpoch, string FromAccount, string ToAccount, string Operation, int Epoch, string Currency, long AmountMinor);
