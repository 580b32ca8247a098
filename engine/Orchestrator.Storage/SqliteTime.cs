using System.Globalization;

namespace Orchestrator.Storage;

/// <summary>Times in SQLite: text in UTC of fixed width, which sorts by time and which SQLite's date functions read.</summary>
public static class SqliteTime
{
    const string Format = "yyyy-MM-dd HH:mm:ss.ffffff'Z'";

    /// <summary>For example <c>2026-11-22 03:36:42.123456Z</c>.</summary>
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Text"/> wrote.</summary>
    public static DateTimeOffset Parse(string text) =>
        DateTimeOffset.ParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
