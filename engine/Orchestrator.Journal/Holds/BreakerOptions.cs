namespace Orchestrator.Journal.Holds;

/// <summary>When the breaker holds a step that nobody answers, and how it goes on.</summary>
/// <param name="Silence">
/// How long no answer at all must have come, but not shorter than the time limit of one answer; sooner where sagas would give up sooner.
/// Absent: it holds nothing.
/// </param>
/// <param name="Floor">How many sagas must have waited for an answer for so long.</param>
/// <param name="Probe">How long after one saga has tried a held command the next one does, but not before the time limit of the
/// answer.</param>
/// <param name="PerSecond">How many sagas go on in a second once an answer has come.</param>
public sealed record BreakerOptions(TimeSpan? Silence, int Floor, TimeSpan Probe, double PerSecond)
{
    /// <summary>What holds unless something else is set.</summary>
    public static readonly BreakerOptions Default = new(TimeSpan.FromMinutes(1), 5, TimeSpan.FromMinutes(1), 200);

    /// <summary>No breaker.</summary>
    public static readonly BreakerOptions Off = Default with { Silence = null };

    /// <summary>The same with every time multiplied, as the limits of the sagas are.</summary>
    public BreakerOptions At(double pace) => this with { Silence = Silence * pace, Probe = Probe * pace };
}
