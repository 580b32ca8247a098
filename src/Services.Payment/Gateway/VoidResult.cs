namespace Orchestrator.Services.Payment.Gateway;

/// <summary>What a void found.</summary>
public enum VoidResult
{
    /// <summary>There never was a hold under the key, and there never will be one.</summary>
    NeverHeld,

    /// <summary>There was a hold, and it has been let go of.</summary>
    Released,
}
