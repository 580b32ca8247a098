using System.Text;
using Orchestrator.Local.Orders;

namespace Orchestrator.Tests.Unit.Local.Orders;

public class A_text_is_cut_into_lines
{
    [TestCase("", TestName = "an empty file has none")]
    [TestCase("a\nb\n", "1:a", "2:b", TestName = "with a last line break")]
    [TestCase("a\nb", "1:a", "2:b", TestName = "without a last line break")]
    [TestCase("a\r\nb\r\n", "1:a", "2:b", TestName = "with CRLF")]
    [TestCase("\uFEFFa\n", "1:a", TestName = "after a byte-order mark")]
    [TestCase("\uFEFF", TestName = "a byte-order mark alone is blank")]
    [TestCase("a\n\n \t\r\nb", "1:a", "4:b", TestName = "blank lines are counted and skipped")]
    [TestCase("a\n\uFEFFb", "1:a", "2:\uFEFFb", TestName = "a byte-order mark within the text is text")]
    public async Task Whatever_comes_at_once(string text, params string[] lines)
    {
        foreach (var chunk in new[] { 1, 2, 3, 1000 })
            (await Read(new Trickle(Encoding.UTF8.GetBytes(text), chunk))).ShouldBe(lines);
    }

    static async Task<List<string>> Read(Stream stream)
    {
        var lines = new List<string>();
        await foreach (var line in LineReader.Read(stream))
            lines.Add($"{line.Number}:{Encoding.UTF8.GetString(line.Bytes.Span)}");
        return lines;
    }

    sealed class Trickle(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}

public class A_line_that_is_too_long
{
    [TestCase(LineReader.LongestLine, "\n", false)]
    [TestCase(LineReader.LongestLine, "\r\n", false)]
    [TestCase(LineReader.LongestLine, "", false)]
    [TestCase(LineReader.LongestLine + 1, "\n", true)]
    [TestCase(LineReader.LongestLine + 1, "\r\n", true)]
    [TestCase(LineReader.LongestLine + 1, "", true)]
    [TestCase(3 * LineReader.LongestLine, "", true)]
    public async Task Starts_after_one_mebibyte(int length, string lineBreak, bool tooLong)
    {
        var lines = await Lines.List(LineReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(new string('x', length) + lineBreak))));
        lines.Count.ShouldBe(1);
        lines[0].TooLong.ShouldBe(tooLong);
        (lines[0].Violation is not null).ShouldBe(tooLong);
    }

    [Test]
    public async Task Is_rejected_and_the_lines_around_it_are_read()
    {
        var lines = await Lines.Orders($"{Lines.Good}\n{new string('x', 10_000_000)}\n{Lines.Good}");
        lines.Select(l => (l.Number, l.Rejection)).ShouldBe([(1, null), (2, "the line is longer than 1048576 bytes"), (3, null)]);
    }

    [Test]
    public async Task Takes_no_memory_for_its_length()
    {
        await Read(2 * LineReader.LongestLine);
        var before = GC.GetAllocatedBytesForCurrentThread();
        await Read(100_000_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(5_000_000);

        static async Task Read(long length)
        {
            await foreach (var line in LineReader.Read(new Endless(length)))
                line.TooLong.ShouldBeTrue();
        }
    }

    sealed class Endless(long length) : MemoryStream
    {
        long _left = length;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = (int)Math.Min(_left, buffer.Length);
            buffer.Span[..count].Fill((byte)'x');
            _left -= count;
            return new ValueTask<int>(count);
        }
    }
}
