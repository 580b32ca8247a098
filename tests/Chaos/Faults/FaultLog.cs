namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>What went wrong, and when.</summary>
sealed class FaultLog
{
    readonly List<Struck> _struck = [];

    /// <summary>A fault that came.</summary>
    /// <param name="Kind">What went wrong.</param>
    /// <param name="Details">Where, and how.</param>
    /// <param name="From">When it began.</param>
    /// <param name="To">When nothing was kept from working any more.</param>
    public sealed record Struck(string Kind, string Details, DateTimeOffset From, DateTimeOffset To);

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
        var details = await fault.Strike(dice, stop);
        var struck = new Struck(fault.Kind, details, from, TimeProvider.System.GetUtcNow());
        lock (_struck)
            _struck.Add(struck);
        Console.WriteLine(FormattableString.Invariant($"{struck.From:HH:mm:ss.f}  {struck.Kind}: {struck.Details} ({(struck.To - struck.From).TotalSeconds:0.0} s)"));
    }
}
