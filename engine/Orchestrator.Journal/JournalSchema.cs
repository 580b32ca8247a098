using Microsoft.EntityFrameworkCore;
using Orchestrator.Storage;

namespace Orchestrator.Journal;

/// <summary>The journal's tables, in either dialect.</summary>
public sealed class JournalSchema(DbContextOptions<JournalSchema> options) : DbContext(options)
{
    /// <summary>Names the history table: <c>journal_migrations</c>.</summary>
    public const string Party = "journal";

    /// <summary>Brings the tables to this version.</summary>
    /// <exception cref="NewerSchemaException">A newer version of the program has been here.</exception>
    public static Task Migrate(Database database, CancellationToken cancellationToken = default) =>
        Schema.Migrate<JournalSchema>(database, Party, options => new JournalSchema(options), cancellationToken);
}
