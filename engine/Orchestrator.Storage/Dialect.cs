namespace Orchestrator.Storage;

/// <summary>The two databases that a store can live in.</summary>
public enum Dialect
{
    /// <summary>The embedded default: one file, one writer.</summary>
    Sqlite,

    /// <summary>Production.</summary>
    Postgres,
}
