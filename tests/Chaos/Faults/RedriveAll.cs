using Orchestrator.Tests.Chaos.Site;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>An operator sends all dead letters back at once.</summary>
sealed class RedriveAll(IReadOnlyDictionary<string, string> settings) : Fault("all dead letters redriven")
{
    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var (exitCode, said) = await WorkerCommand.Run(settings, ["redrive", "--all", "--by", "chaos", "--note", "to see what happens"]);
        return new(said.Trim(), exitCode == 0 ? null : FormattableString.Invariant($"redrive ended with {exitCode}: {said.Trim()}"));
    }
}
