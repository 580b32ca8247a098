using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>An operator redrives all dead letters at once. Forged ones stay.</summary>
sealed partial class RedriveAll(IReadOnlyDictionary<string, string> settings, ForgeMessages forgeries) : Fault("all dead letters redriven")
{
    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (exitCode, said) = await WorkerCommand.Run(settings, ["redrive", "--all", "--by", "chaos", "--note", "to see what happens"]);
        return new(
            said.Trim(),
            Left(said) == forgeries.Forged.Count ? null : FormattableString.Invariant($"redrive ended with {exitCode}: {said.Trim()}"));
    }

    /// <summary>The number of letters that the command says it left; null when it does not say so.</summary>
    public static int? Left(string said) =>
        Said().Match(said) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("left=([0-9]+)")]
    private static partial Regex Said();
}
