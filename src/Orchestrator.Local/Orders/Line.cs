using System.Text.Unicode;

namespace Orchestrator.Local.Orders;

/// <summary>One line of a text file.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Bytes">The line without its line break; empty when it was too long.</param>
/// <param name="TooLong">Longer than <see cref="LineReader.LongestLine"/>.</param>
public readonly record struct Line(long Number, ReadOnlyMemory<byte> Bytes, bool TooLong)
{
    /// <summary>True when the line holds only white space.</summary>
    public bool IsBlank => !TooLong && Bytes.Span.Trim(" \t\r"u8).IsEmpty;

    /// <summary>Why the line can't be read as text; null when it can.</summary>
    public string? Violation =>
        TooLong ? $"the line is longer than {LineReader.LongestLine} bytes"
        : !Utf8.IsValid(Bytes.Span) ? "the line is not valid UTF-8"
        : Bytes.Span.IndexOf((byte)0) is var nul and >= 0 ? $"the line holds a NUL at byte {nul + 1}"
        : null;
}
