using System.Data.Common;

namespace Orchestrator.Storage;

/// <summary>The commands of one SQLite connection, which stay prepared: preparing costs more than running most of them.</summary>
/// <param name="connection">The connection. Only one caller may use it at a time.</param>
public sealed class PreparedCommands(DbConnection connection) : IDisposable
{
    // More than the program has. Generated statements with ever new texts must not fill the memory.
    const int Most = 256;

    readonly Dictionary<string, DbCommand> _idle = new(StringComparer.Ordinal);

    /// <summary>A command with this text, with the parameters of its last use if there was one.</summary>
    public DbCommand Take(string sql)
    {
        if (_idle.Remove(sql, out var known))
            return known;
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    /// <summary>The command is not used any more.</summary>
    public void Return(DbCommand command)
    {
        command.Transaction = null;
        if (_idle.Count >= Most || !_idle.TryAdd(command.CommandText, command))
            command.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var command in _idle.Values)
            command.Dispose();
        _idle.Clear();
    }
}
