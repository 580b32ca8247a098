namespace Orchestrator.Contracts.Payment;

/// <summary>The queues that the payment service owns.</summary>
public static class PaymentQueues
{
    /// <summary>Commands to the payment service.</summary>
    public const string Commands = "payment-commands";
}
