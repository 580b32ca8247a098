using System.Text.Json.Serialization;

namespace Orchestrator.Engine;

/// <summary>What a step that is under way waits for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Waiting>))]
public enum Waiting
{
    /// <summary>Nothing: it is not under way.</summary>
    Nothing,

    /// <summary>The outcome of the last attempt.</summary>
    Answer,

    /// <summary>What the participant says when asked about the last attempt.</summary>
    Status,

    /// <summary>The pause before the next attempt.</summary>
    NextAttempt,

    /// <summary>The release of the step, which operators or the breaker hold. Its time limits stand still.</summary>
    Release,

    /// <summary>The saga has given up trying: an operator decides.</summary>
    Operator,
}
