namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>The faults of a run, with their times.</summary>
sealed class FaultLog
{
    readonly List<Struck> _struck = [];

    /// <summary>A fault that happened.</summary>
    /// <param name="Kind">The name of the fault.</param>
    /// <param name="Effect">Its result.</param>
    /// <param name="From">When it began.</param>
    /// <param name="To">The time from which orders should get through again.</param>
    public sealed record Struck(string Kind, Effect Effect, DateTimeOffset From, DateTimeOffset To);

    /// <summary>All faults, in the order of their ends.</summary>
    public IReadOnlyList<Struck> All
    {
        get
        {
            lock (_struck)
                return [.. _struck];
        }
    }

    /// <summary>Makes a fault, and records it.</summary>
    public async Task Strike(Fault fault, SplitMix64 dice, CancellationToken stop)
    {
        var from = TimeProvider.System.GetUtcNow();
        var effect = await fault.Strike(dice, stop);
        var now = TimeProvider.System.GetUtcNow();
        var struck = new Struck(fault.Kind, effect, from, effect.BearableSince ?? now);
        lock (_struck)
            _struck.Add(struck);
        Console.WriteLine(
            FormattableString.Invariant(
                $"{struck.From:HH:mm:ss.f}  {struck.Kind}: {struck.Effect.Details} ({(now - struck.From).TotalSeconds:0.0} s)"));
        if (effect.Violation is { } violation)
            Console.WriteLine($"            VIOLATION {violation}");
    }
}
