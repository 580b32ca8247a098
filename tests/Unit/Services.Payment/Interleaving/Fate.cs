namespace Orchestrator.Tests.Unit.Services.Payment.Interleaving;

/// <summary>The fate of one effect.</summary>
public enum Fate
{
    /// <summary>The effect happens, and the act goes on.</summary>
    Happens,

    /// <summary>The effect does not happen, and the act dies.</summary>
    Lost,

    /// <summary>The effect happens, and the act dies before it hears of it.</summary>
    AnswerLost,
}

/// <summary>The process died, or the connection broke.</summary>
public sealed class DiedException() : Exception("died");
