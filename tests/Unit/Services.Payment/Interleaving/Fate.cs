namespace Orchestrator.Tests.Unit.Services.Payment.Interleaving;

/// <summary>What becomes of one effect on the world.</summary>
public enum Fate
{
    /// <summary>It happens, and the act goes on.</summary>
    Happens,

    /// <summary>It does not happen, and the act dies.</summary>
    Lost,

    /// <summary>It happens, and the act dies before it learns so.</summary>
    AnswerLost,
}

/// <summary>The process died, or the wire broke.</summary>
public sealed class DiedException() : Exception("died");
