namespace Orchestrator.Engine;

/// <summary>How long an answer is waited for, and how often a command is sent.</summary>
/// <param name="Limit">How long the answer to one attempt may take.</param>
/// <param name="Attempts">How often the command is sent at most, from 1.</param>
/// <param name="Pause">The pause before the second attempt; each further one is twice as long.</param>
/// <param name="LongestPause">The longest pause.</param>
public sealed record StepTiming(TimeSpan Limit, int Attempts, TimeSpan Pause, TimeSpan LongestPause)
{
    /// <summary>The longest time limit or pause that a table may have.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    const int MostAttempts = 1000;

    /// <summary>Before the pivot: 30 s, five attempts, pauses from 1 s to 1 min.</summary>
    public static StepTiming Default { get; } = new(TimeSpan.FromSeconds(30), 5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    /// <summary>For undos and for steps after the pivot, where giving up costs an operator's time: ten attempts.</summary>
    public static StepTiming Stubborn { get; } = Default with { Attempts = 10 };

    /// <summary>
    /// The pause after an attempt: exponential, and spread by up to a half so that sagas that failed together do not try again together.
    /// </summary>
    /// <param name="attempt">The attempt that had no answer, from 1.</param>
    /// <param name="spread">From 0 to 1; the same for the same saga, step and attempt.</param>
    public TimeSpan PauseAfter(int attempt, double spread)
    {
        // A double, because a long pause that is doubled many times is more than a TimeSpan can hold.
        var doubled = Pause.Ticks * Math.Pow(2, attempt - 1);
        return (doubled < LongestPause.Ticks ? TimeSpan.FromTicks((long)doubled) : LongestPause) * (1 - spread / 2);
    }

    /// <summary>How soon a saga gives up when no attempt is answered: each pause is as short as it may be.</summary>
    public TimeSpan GivesUpAfter() =>
        Enumerable.Range(1, Attempts - 1).Aggregate(Limit, (time, attempt) => time + PauseAfter(attempt, 1) + Limit);

    /// <summary>What is wrong with it; null when it is valid.</summary>
    public string? Problem() => this switch
    {
        _ when LimitProblem(Limit) is { } problem => $"has a time limit of {Limit}; {problem}",
        { Attempts: < 1 or > MostAttempts } => $"has {Attempts} attempts; 1 to {MostAttempts} are possible",
        _ when Pause <= TimeSpan.Zero || LongestPause < Pause || LongestPause > Longest =>
            $"has pauses from {Pause} to {LongestPause}; the first must be longer than zero and not longer than the last, which is at "
            + $"most {Longest.Days} days",
        _ => null,
    };

    /// <summary>What is wrong with a time limit; null when it is valid.</summary>
    public static string? LimitProblem(TimeSpan limit) =>
        limit <= TimeSpan.Zero ? "it must be longer than zero" : limit > Longest ? $"at most {Longest.Days} days are possible" : null;
}
