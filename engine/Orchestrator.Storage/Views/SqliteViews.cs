using System.Text.RegularExpressions;

namespace Orchestrator.Storage.Views;

/// <summary>Views on SQLite, which keeps the text of a view as it was written: the mark is a remark in it.</summary>
sealed partial class SqliteViews : ViewCatalogue
{
    public override async Task<FoundView?> Find(Sql sql, StoredView view, string name)
    {
        var all = await sql.Query(
            "SELECT name, type, coalesce(sql, '') FROM sqlite_schema WHERE type IN ('table', 'view', 'index', 'trigger')",
            row => (Name: row.GetString(0), Type: row.GetString(1), Text: row.GetString(2)));
        var found = all.Find(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && one.Type is not "trigger");
        if (found.Type is null)
            return null;
        var (mark, hasSameText) = (ViewMark.In(found.Text), Statement(found.Text) == view.Select);
        var stranger = found.Type != "view" ? "is no view"
            : mark is null && !hasSameText && !(name == view.Name && Mentions(found.Text, view.Table)) ? "was not made by this program"
            : null;
        // SQLite does not list dependencies, so every object whose text names the view counts.
        var dependents = all.Where(one => one.Type is "view" or "trigger" && one.Name != found.Name && Mentions(one.Text, name))
            .Select(one => one.Name);
        return new FoundView(mark, stranger, [.. dependents.Order()], hasSameText && mark is null);
    }

    // There is one writer at a time, and a write transaction is the writer.
    public override Task Lock(Sql sql, string name) => Task.CompletedTask;

    public override Task<bool> IsSame(Sql sql, StoredView view, string name) => Task.FromResult(false);

    public override Task Create(Sql sql, StoredView view, string name) =>
        sql.Execute($"CREATE VIEW {Quoted(name)} AS /* {view.Mark} */ {view.Select}");

    // In SQLite, other objects refer to a view only by its name, so it can be replaced.
    public override Task Mark(Sql sql, StoredView view, string name) => Replace(sql, view, name);

    public override async Task Replace(Sql sql, StoredView view, string name)
    {
        await sql.Execute($"DROP VIEW {Quoted(name)}");
        await Create(sql, view, name);
    }

    public override Task CopyGrants(Sql sql, string from, string to) => Task.CompletedTask;

    static string Statement(string text) => Head().Replace(text, "", 1);

    static bool Mentions(string text, string name) =>
        Regex.IsMatch(text, $@"(?<![\w$]){Regex.Escape(name)}(?![\w$])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    [GeneratedRegex("""^CREATE VIEW ("[^"]*"|\w+) AS\s+""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Head();
}
