namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>What went wrong, and when.</summary>
sealed class FaultLog
{
    readonly List<Struck> _struck = [];

    /// <summary>A fault that came.</summary>
    /// <param name="Kind">What went wrong.</param>
    /// <param name="Effect">Where and how, and what it showed.</param>
    /// <param name="From">When it began.</param>
    /// <param name="To">Since when orders should get through again.</param>
    public sealed record Struck(string Kind, Effect Effect, DateTimeOffset From, DateTimeOffset To);

    /// <summary>All that came, in the order of their ends.</summary>
    public IReadOnlyList<Struck> All
    {
        get
        {
            lock (_struck)
                return [.. _struck];
        }
    }

    /// <summary>Brings a fault about, and notes it.</summary>
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
