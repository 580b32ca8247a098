namespace Orchestrator.Storage.Views;

/// <summary>Views on PostgreSQL: the mark is their comment.</summary>
sealed class PostgresViews : ViewCatalogue
{
    // Other views depend on a view by their rewrite rules. Functions and columns may depend on its row type. Objects that would be dropped
    // with the view without notice, such as triggers, count too.
    const string Lookup =
        """
        SELECT obj_description(c.oid, 'pg_class'),
               CASE WHEN c.relkind <> 'v' THEN 'is no view'
                    WHEN NOT pg_has_role(c.relowner, 'USAGE') THEN 'belongs to ' || c.relowner::regrole END,
               EXISTS (
                   SELECT FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                   WHERE r.ev_class = c.oid AND d.refclassid = 'pg_class'::regclass
                     AND d.refobjid = to_regclass(format('%I.%I', current_schema(), @table))),
               ARRAY(
                   SELECT DISTINCT coalesce(r.ev_class::regclass::text, pg_describe_object(d.classid, d.objid, d.objsubid))
                   FROM pg_depend d LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
                   WHERE d.deptype IN ('n', 'a') AND (r.ev_class IS DISTINCT FROM c.oid OR r.rulename <> '_RETURN')
                     AND (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
                          OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray))
                   ORDER BY 1)
        FROM pg_class c LEFT JOIN pg_type t ON t.oid = c.reltype
        WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relname = CAST(@name AS name)
        """;

    public override async Task<FoundView?> Find(Sql sql, StoredView view, string name)
    {
        var found = await sql.First(
            Lookup,
            row => (Comment: row.IsDBNull(0) ? null : row.GetString(0), Stranger: row.IsDBNull(1) ? null : row.GetString(1),
                ReadsTable: row.GetBoolean(2), Dependents: row.GetFieldValue<string[]>(3)),
            ("name", name), ("table", view.Table));
        if (found.Dependents is null)
            return null;
        var mark = ViewMark.In(found.Comment);
        var isOurs = mark is not null || (found.Comment is null && found.ReadsTable && name == view.Name);
        return new FoundView(
            mark, found.Stranger ?? (isOurs ? null : "was not made by this program"), found.Dependents, HasSameText: false);
    }

    public override Task Lock(Sql sql, string name) =>
        sql.Execute("SELECT pg_advisory_xact_lock(hashtext(format('%s.%s', current_schema(), @name)))", ("name", name));

    // PostgreSQL keeps a parsed statement and not its text. So the statements are compared when both are views.
    public override async Task<bool> IsSame(Sql sql, StoredView view, string name)
    {
        var (schema, probe) = (await Schema(sql), view.NameOf(0));
        await sql.Execute($"CREATE VIEW {schema}.{Quoted(probe)} AS {view.Select}");
        var isSame = await sql.First(
            "SELECT pg_get_viewdef(to_regclass(@probe)) = pg_get_viewdef(to_regclass(@name))", row => row.GetBoolean(0),
            ("probe", $"{schema}.{Quoted(probe)}"), ("name", $"{schema}.{Quoted(name)}"));
        await sql.Execute($"DROP VIEW {schema}.{Quoted(probe)}");
        return isSame;
    }

    public override async Task Create(Sql sql, StoredView view, string name)
    {
        await sql.Execute($"CREATE VIEW {await Schema(sql)}.{Quoted(name)} AS {view.Select}");
        await Mark(sql, view, name);
    }

    public override async Task Mark(Sql sql, StoredView view, string name) =>
        await sql.Execute($"COMMENT ON VIEW {await Schema(sql)}.{Quoted(name)} IS '{view.Mark}'");

    public override async Task Replace(Sql sql, StoredView view, string name)
    {
        var grants = await Grants(sql, name, name);
        await sql.Execute($"DROP VIEW {await Schema(sql)}.{Quoted(name)}");
        await Create(sql, view, name);
        foreach (var grant in grants)
            await sql.Execute(grant);
    }

    public override async Task CopyGrants(Sql sql, string from, string to)
    {
        foreach (var grant in await Grants(sql, from, to))
            await sql.Execute(grant);
    }

    static Task<List<string>> Grants(Sql sql, string from, string to) => sql.Query(
        """
        SELECT format('GRANT %s ON %I.%I TO %s%s', a.privilege_type, current_schema(), @to,
                      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
                      CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relname = CAST(@from AS name)
          AND a.grantee <> c.relowner
        """,
        row => row.GetString(0), ("from", from), ("to", to));

    static async Task<string> Schema(Sql sql) => (await sql.First("SELECT quote_ident(current_schema())", row => row.GetString(0)))!;
}
