using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Orchestrator.Local.Orders;

/// <summary>
/// Reads a UTF-8 text line by line in constant memory: it keeps nothing of a line that is too long. It accepts a byte-order mark, CRLF
/// and a missing last line break. It counts blank lines and does not return them.
/// </summary>
public static class LineReader
{
    /// <summary>The longest line that is read, in bytes without its line break: 1 MiB.</summary>
    public const int LongestLine = 1024 * 1024;

    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The lines that are not blank, in order. The bytes of a line are valid until the next line is read.</summary>
    /// <param name="stream">The text. This does not close it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<Line> Read(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var number = 1L;
        var tooLong = false;
        for (var ended = false; !ended;)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            ended = read.IsCompleted;
            var rest = read.Buffer;
            while (Cut(ref rest, ended, tooLong) is { } bytes)
            {
                var line = Trimmed(number, bytes, tooLong);
                if (!line.IsBlank)
                    yield return line;
                (number, tooLong) = (number + 1, false);
            }

            // One byte more is allowed: it may be the CR of a CRLF whose LF has not been read yet.
            if (rest.Length > LongestLine + 1)
                (rest, tooLong) = (rest.Slice(rest.End), true);
            pipe.AdvanceTo(rest.Start, rest.End);
        }

        await pipe.CompleteAsync();
    }

    /// <summary>Takes the next line; null when its end has not been read yet, or no text is left.</summary>
    static ReadOnlySequence<byte>? Cut(ref ReadOnlySequence<byte> rest, bool ended, bool begun)
    {
        ReadOnlySequence<byte> line;
        if (rest.PositionOf((byte)'\n') is { } lineBreak)
        {
            line = rest.Slice(0, lineBreak);
            rest = rest.Slice(rest.GetPosition(1, lineBreak));
            return line;
        }

        if (!ended || (rest.IsEmpty && !begun))
            return null;
        line = rest;
        rest = rest.Slice(rest.End);
        return line;
    }

    static Line Trimmed(long number, ReadOnlySequence<byte> bytes, bool tooLong)
    {
        if (tooLong || bytes.Length > LongestLine + 1)
            return new Line(number, default, TooLong: true);

        var line = bytes.IsSingleSegment ? bytes.First : bytes.ToArray();
        if (line.Span is [.., (byte)'\r'])
            line = line[..^1];
        if (line.Length > LongestLine)
            return new Line(number, default, TooLong: true);
        return new Line(number, number == 1 && line.Span.StartsWith(ByteOrderMark) ? line[ByteOrderMark.Length..] : line, TooLong: false);
    }
}
