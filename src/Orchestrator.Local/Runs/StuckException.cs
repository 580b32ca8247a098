namespace Orchestrator.Local.Runs;

/// <summary>Messages could not be handled, so some orders will not end by themselves. The message is for the user.</summary>
public sealed class StuckException(IReadOnlyCollection<string> faults) : Exception(
    string.Join(Environment.NewLine, faults.Take(MostFaults).Select(fault => $"  {fault}")
        .Prepend(
            $"{(faults.Count == 1 ? "One order is" : $"{faults.Count} orders are")} stuck and all others have ended; the same command "
            + $"drives stuck orders again:")
        .Concat(faults.Count > MostFaults ? ["  …"] : [])))
{
    const int MostFaults = 20;
}
