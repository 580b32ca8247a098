namespace Orchestrator.Services.Payment.Gateway;

/// <summary>The result of a void.</summary>
public enum VoidResult
{
    /// <summary>There never was a hold under the key, and there never will be one.</summary>
    NeverHeld,

    /// <summary>There was a hold, and it was released.</summary>
    Released,
}
