namespace Orchestrator.Services.Payment.Gateway;

/// <summary>What a gateway decided: <see cref="Approved"/> or <see cref="Declined"/>.</summary>
public abstract record GatewayAnswer;

/// <summary>The gateway has done it.</summary>
/// <param name="Reference">The gateway's reference of the hold or the capture.</param>
public sealed record Approved(string Reference) : GatewayAnswer;

/// <summary>The gateway has not done it, and never will under this key.</summary>
/// <param name="Reason">For people.</param>
public sealed record Declined(string Reason) : GatewayAnswer;
