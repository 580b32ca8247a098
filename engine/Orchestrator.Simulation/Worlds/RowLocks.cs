namespace Orchestrator.Simulation.Worlds;

/// <summary>Rows that somebody else has locked: an order's, at one of the parties.</summary>
sealed class RowLocks(EventLoop loop)
{
    readonly Dictionary<(string Party, Guid Order), DateTimeOffset> _until = [];

    /// <summary>Locks a row for a time.</summary>
    public void Lock(string party, Guid order, TimeSpan howLong) => _until[(party, order)] = loop.Now + howLong;

    /// <summary>Whether a row is locked.</summary>
    public bool Has(string party, Guid order) => _until.TryGetValue((party, order), out var until) && until > loop.Now;
}
