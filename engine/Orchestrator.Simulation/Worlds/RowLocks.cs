namespace Orchestrator.Simulation.Worlds;

/// <summary>The sagas' rows that another session has locked, at one of the parties.</summary>
sealed class RowLocks(EventLoop loop)
{
    readonly Dictionary<(string Party, Guid Saga), DateTimeOffset> _until = [];

    /// <summary>Locks a row for a time.</summary>
    public void Lock(string party, Guid saga, TimeSpan howLong) => _until[(party, saga)] = loop.Now + howLong;

    /// <summary>Whether a row is locked.</summary>
    public bool Has(string party, Guid saga) => _until.TryGetValue((party, saga), out var until) && until > loop.Now;
}
