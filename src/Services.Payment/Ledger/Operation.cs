using System.Globalization;
using Orchestrator.Contracts;

namespace Orchestrator.Services.Payment.Ledger;

/// <summary>A row of <c>payment_operation</c>: one try at one act, and what became of it.</summary>
sealed record Operation(Guid OrderId, string Name, int Epoch, string Status)
{
    public const string Authorize = "authorize", Void = "void", Capture = "capture";

    public const string Pending = "pending", Authorized = "authorized", Captured = "captured",
        Voiding = "voiding", Voided = "voided", Refused = "refused";

    /// <summary>The idempotency key: the same for every try at the same act, on every machine.</summary>
    public Guid Key { get; } = DerivedId.From("payment", OrderId.ToString(), Name, Epoch.ToString(CultureInfo.InvariantCulture));

    public string? CustomerId { get; init; }

    public Money? Amount { get; init; }

    /// <summary>The gateway's reference; null unless its approval is recorded.</summary>
    public string? Reference { get; init; }

    /// <summary>Why it was refused.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the gateway's state is known to be what the row says.</summary>
    public bool IsSettled => Status is not (Pending or Voiding);

    /// <summary>Whether it holds or took money, or may come to do so.</summary>
    public bool IsAlive => Status is Pending or Authorized or Captured or Voiding;
}
