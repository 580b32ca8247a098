namespace Orchestrator.Services.Payment.Gateway;

/// <summary>What a gateway decided: <see cref="Approved"/> or <see cref="Declined"/>.</summary>
public abstract record GatewayAnswer;

/// <summary>It is done.</summary>
/// <param name="Reference">The gateway's reference of the hold or the capture.</param>
public sealed record Approved(string Reference) : GatewayAnswer;

/// <summary>It is not done and never will be under this key.</summary>
/// <param name="Reason">For people.</param>
public sealed record Declined(string Reason) : GatewayAnswer;
