using System.Globalization;

namespace Orchestrator.Local.Reporting;

/// <summary>The outcome of a file whose orders were only submitted.</summary>
/// <param name="Submitted">Orders that the broker has confirmed.</param>
/// <param name="Duplicates">Lines that repeat a known order.</param>
/// <param name="Rejected">Lines that are bad, or contradict a known order.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record SubmitSummary(long Submitted, long Duplicates, long Rejected, double Seconds)
{
    /// <summary>One line of JSON with the four fields in their order.</summary>
    public string ToJson() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"submitted":{{Submitted}},"duplicates":{{Duplicates}},"rejected":{{Rejected}},"seconds":{{Seconds:F3}}}""");

    /// <summary>A sentence for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Submitted:N0} orders submitted and confirmed by the broker in {Seconds:N1} s; {Duplicates:N0} were known already, "
        + $"{Rejected:N0} lines were rejected.");
}
