namespace Orchestrator.Local.Runs;

/// <summary>Messages could not be handled, so that some orders will not end by themselves; the message is for the user.</summary>
public sealed class StuckException(IReadOnlyCollection<string> faults) : Exception(
    string.Join(Environment.NewLine, faults.Take(MostFaults).Select(fault => $"  {fault}")
        .Prepend(
            $"{(faults.Count == 1 ? "One order is" : $"{faults.Count} orders are")} stuck and all others have ended; the same command "
            + $"drives what is stuck again:")
        .Concat(faults.Count > MostFaults ? ["  …"] : [])))
{
    const int MostFaults = 20;
}
