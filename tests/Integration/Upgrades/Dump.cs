using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Orchestrator.Tests.Integration.Upgrades;

/// <summary>
/// The tables of all parties as the hosts of an earlier version left them when they were killed. The messages at the broker are lost.
/// </summary>
static partial class Dump
{
    // By then every deadline of the sagas had passed.
    static readonly TimeSpan Ago = TimeSpan.FromMinutes(5);

    /// <summary>Puts the tables into an empty database, as if the hosts had been killed a few minutes ago.</summary>
    /// <param name="version">The version of the tables.</param>
    /// <param name="connectionString">The connection string of the database.</param>
    public static async Task Restore(string version, string connectionString)
    {
        var dump = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "tests", "Integration", "Upgrades", $"{version}.sql"));
        var later = DateTime.UtcNow - Ago - Of(Times().Match(dump).Value);
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(Times().Replace(
            dump, time => (Of(time.Value) + later).ToString($"yyyy-MM-dd{time.Value[10]}HH:mm:ss.ffffff", CultureInfo.InvariantCulture)));
        await command.ExecuteNonQueryAsync();
    }

    static DateTime Of(string time) =>
        DateTime.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);

    // The times of the hosts; those in orders are older. The first one, in the heading, is the time of the dump.
    [GeneratedRegex(@"20[2-9]\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?")]
    private static partial Regex Times();
}
