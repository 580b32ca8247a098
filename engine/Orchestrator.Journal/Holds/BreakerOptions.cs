namespace Orchestrator.Journal.Holds;

/// <summary>When the breaker holds a step that no participant answers, and how it releases it.</summary>
/// <param name="Silence">
/// How long no saga must have had an answer. Half of the time until a saga gives up counts instead when it is shorter. The time is never
/// shorter than the time limit of one answer. Absent: the breaker holds nothing.
/// </param>
/// <param name="Floor">How many sagas must have waited for an answer for that long.</param>
/// <param name="Probe">The time from one saga's try of a held command to the next saga's try. It is at least the time limit of the
/// answer.</param>
/// <param name="PerSecond">How many sagas go on in a second once an answer has come.</param>
public sealed record BreakerOptions(TimeSpan? Silence, int Floor, TimeSpan Probe, double PerSecond)
{
    /// <summary>The values unless something else is set.</summary>
    public static readonly BreakerOptions Default = new(TimeSpan.FromMinutes(1), 5, TimeSpan.FromMinutes(1), 200);

    /// <summary>No breaker.</summary>
    public static readonly BreakerOptions Off = Default with { Silence = null };

    /// <summary>The same options with every time multiplied, as the time limits of the sagas are.</summary>
    public BreakerOptions At(double pace) => this with { Silence = Silence * pace, Probe = Probe * pace };
}
