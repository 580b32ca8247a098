using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Orchestrator.Local;

namespace Orchestrator.Tests.Integration.Embedded;

/// <summary>The real process on the files of a temporary folder.</summary>
static class LocalProcess
{
    /// <param name="temporary">The folder of the files and the data.</param>
    /// <param name="error">True when the test reads standard error.</param>
    public static Process Start(TemporaryFolder temporary, bool error = false) => Terminal.Start(
        error, typeof(ProcessOptions).Assembly.Location,
        "process", "--orders", temporary["orders.jsonl"], "--stock", temporary["stock.csv"], "--data", temporary["data"], "--json");

    /// <summary>The number of transitions that the process has committed.</summary>
    public static async Task<long> Transitions(TemporaryFolder temporary)
    {
        try
        {
            await using var connection = new SqliteConnection($"Data Source={temporary["data/orchestrator.db"]};Mode=ReadOnly");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT coalesce(max(rowid), 0) FROM journal";
            return (long)(await command.ExecuteScalarAsync())!;
        }
        catch (SqliteException)
        {
            return 0; // The file or the table does not exist yet.
        }
    }
}
