namespace Orchestrator.Storage.Views;

/// <summary>What differs between the dialects about views.</summary>
public abstract class ViewCatalogue
{
    /// <summary>The catalogue of a database.</summary>
    public static ViewCatalogue Of(Database database) => database.Dialect == Dialect.Postgres ? new PostgresViews() : new SqliteViews();

    /// <summary>Looks a name up. It takes no lock that blocks another session, and waits for no lock.</summary>
    /// <returns>Null when the name is free.</returns>
    public abstract Task<FoundView?> Find(Sql sql, StoredView view, string name);

    /// <summary>Locks the name until the transaction ends, because several replicas may start at once.</summary>
    public abstract Task Lock(Sql sql, string name);

    /// <summary>True when a view without a mark has the same statement. Used only where the texts can't be compared.</summary>
    public abstract Task<bool> IsSame(Sql sql, StoredView view, string name);

    /// <summary>Makes a view.</summary>
    public abstract Task Create(Sql sql, StoredView view, string name);

    /// <summary>Puts the mark of this definition on a view that has its statement already.</summary>
    public abstract Task Mark(Sql sql, StoredView view, string name);

    /// <summary>Puts a new view in the place of an old one, with the grants of the old one.</summary>
    public abstract Task Replace(Sql sql, StoredView view, string name);

    /// <summary>Gives the grants of one view to another one.</summary>
    public abstract Task CopyGrants(Sql sql, string from, string to);

    /// <summary>A name in quotes, for SQL.</summary>
    protected static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
