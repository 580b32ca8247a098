using System.Data.Common;
using Orchestrator.Journal.Holds;
using Orchestrator.Storage;

namespace Orchestrator.Journal;

/// <summary>Reads a time in the way of a dialect's driver.</summary>
delegate DateTimeOffset ReadTime(DbDataReader reader, int column);

/// <summary>The two ways of reading a time.</summary>
static class LoadedColumns
{
    public static DateTimeOffset Time(DbDataReader reader, int column) => reader.GetFieldValue<DateTimeOffset>(column);

    /// <summary>The way of a database's dialect.</summary>
    public static ReadTime TimeOf(Database database) => database.Dialect == Dialect.Sqlite ? SqliteText : Time;

    public static DateTimeOffset SqliteText(DbDataReader reader, int column) => SqliteTime.Parse(reader.GetString(column));
}

/// <summary>Rows as both dialects select them: saga, journal, now.</summary>
static class JournalReader
{
    const int JournalColumn = 14, NowColumn = 24, HeldColumn = 25, KeyColumn = 26;

    public static Loaded Loaded(DbDataReader reader, LoadRequest request, ReadTime time) => new(
        reader.IsDBNull(0) ? null : Saga(reader, time),
        reader.IsDBNull(JournalColumn) ? null : Seen(reader, request, time),
        ActiveHolds.Read(
            reader, HeldColumn,
            time(reader, NowColumn)) with
        { KeyHolder = reader.IsDBNull(KeyColumn) ? null : reader.GetGuid(KeyColumn) });

    public static SagaRow Saga(DbDataReader reader, ReadTime time) => new(
        reader.GetString(0),
        reader.GetGuid(1),
        reader.GetString(2),
        reader.GetString(3),
        Text(reader, 4),
        reader.GetInt64(5),
        reader.GetGuid(6),
        reader.GetInt32(7),
        reader.GetString(8),
        Time(reader, 9, time),
        time(reader, 10),
        time(reader, 11),
        Time(reader, 12, time),
        Text(reader, 13));

    static JournalRow Seen(DbDataReader reader, LoadRequest request, ReadTime time) => new(
        request.Kind,
        request.SagaId,
        reader.GetInt64(JournalColumn),
        request.MessageId,
        reader.GetString(JournalColumn + 1),
        reader.GetString(JournalColumn + 2),
        Text(reader, JournalColumn + 3),
        reader.GetString(JournalColumn + 4),
        reader.GetString(JournalColumn + 5),
        reader.GetInt32(JournalColumn + 6),
        Text(reader, JournalColumn + 7),
        Text(reader, JournalColumn + 8),
        time(reader, JournalColumn + 9));

    public static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    static DateTimeOffset? Time(DbDataReader reader, int column, ReadTime time) => reader.IsDBNull(column) ? null : time(reader, column);
}
