namespace Orchestrator.Storage.Views;

/// <summary>What differs between the dialects about views.</summary>
public abstract class ViewCatalogue
{
    /// <summary>The catalogue of a database.</summary>
    public static ViewCatalogue Of(Database database) => database.Dialect == Dialect.Postgres ? new PostgresViews() : new SqliteViews();

    /// <summary>Looks a name up; takes no lock that anybody could wait for, or that could be waited for.</summary>
    /// <returns>Nothing when the name is free.</returns>
    public abstract Task<FoundView?> Find(Sql sql, StoredView view, string name);

    /// <summary>Has the name to itself until the transaction ends: several replicas may start at once.</summary>
    public abstract Task Lock(Sql sql, string name);

    /// <summary>Whether a view that has no mark has the same statement; only where its text can't be compared.</summary>
    public abstract Task<bool> IsSame(Sql sql, StoredView view, string name);

    /// <summary>Makes a view.</summary>
    public abstract Task Create(Sql sql, StoredView view, string name);

    /// <summary>Puts the mark of this definition on a view that has its statement already.</summary>
    public abstract Task Mark(Sql sql, StoredView view, string name);

    /// <summary>Puts another view in the place of one; who may read the old one may read the new one.</summary>
    public abstract Task Replace(Sql sql, StoredView view, string name);

    /// <summary>Lets those who may read one view read another one.</summary>
    public abstract Task CopyGrants(Sql sql, string from, string to);

    /// <summary>A name as SQL has it.</summary>
    protected static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
