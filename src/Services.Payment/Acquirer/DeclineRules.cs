using Orchestrator.Contracts;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>
/// The rules by which the simulated acquirer declines: a pure function of customer and amount, the same in every currency.
/// </summary>
public static class DeclineRules
{
    /// <summary>The largest amount that is approved, in units of its currency.</summary>
    public const decimal Limit = 50_000m;

    /// <summary>The amount that counts as fraud, in units of its currency.</summary>
    public const decimal Suspicious = 66.60m;

    /// <summary>Why an authorisation is declined; null when it is approved.</summary>
    public static string? AtAuthorization(string customerId, Money amount) =>
        customerId.StartsWith("DECLINE", StringComparison.Ordinal) ? "customer blocked"
        : amount.Amount > Limit ? "over the limit"
        : amount.Amount == Suspicious ? "suspected fraud"
        : null;

    /// <summary>Why the capture of a hold is declined; null when it is approved.</summary>
    public static string? AtCapture(string customerId) =>
        customerId.StartsWith("NOCAPTURE", StringComparison.Ordinal) ? "hold expired" : null;
}
