using System.Text;

namespace Orchestrator.Tests.Unit.Local.Orders;

public class Whatever_bytes_an_order_file_holds
{
    static readonly byte[] Good = Encoding.UTF8.GetBytes(Lines.Good), Break = [(byte)'\n'];

    static readonly byte[][] Scraps =
    [
        .. new[] { "\"", "\\", "\\ud800", "\\u0000", "{", "}", "[", "]", ":", ",", "null", "-", "1e9999",
            "9999-12-31T23:59:59.9999999-23:59", "\r", "0x", "\uFEFF", "\u2028" }
            .Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0],
    ];

    [Test]
    public async Task The_next_good_line_is_read([Range(0, 49)] int seed)
    {
        var random = new Random(seed);
        using var file = new MemoryStream();
        const int Pairs = 200;
        for (var i = 0; i < Pairs; i++)
        {
            file.Write(Bad(random));
            file.Write(Break);
            file.Write(Good);
            file.Write(Break);
        }

        var lines = await Lines.Orders(file.ToArray());

        lines.Where(l => l.Number % 2 == 0).Count(l => l.IsAccepted).ShouldBe(Pairs);
        lines.ShouldAllBe(l => l.IsAccepted || l.Rejection.Length < 400);
    }

    [Test]
    public async Task A_truncated_line_is_rejected([Range(1, 251, 10)] int length)
    {
        var lines = await Lines.Orders([.. Good.AsSpan(0, length), .. Break, .. Good]);
        lines.Select(l => l.IsAccepted).ShouldBe([false, true]);
    }

    static byte[] Bad(Random random)
    {
        var bytes = random.Next(4) == 0 ? new byte[random.Next(300)] : (byte[])Good.Clone();
        if (bytes.Length != Good.Length)
            random.NextBytes(bytes);
        var list = bytes.ToList();
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(list.Count + 1);
            if (random.Next(2) == 0)
                list.RemoveRange(at, random.Next(Math.Min(20, list.Count - at) + 1));
            list.InsertRange(Math.Min(at, list.Count), Scraps[random.Next(Scraps.Length)]);
        }

        return list.Select(b => b == '\n' ? (byte)' ' : b).ToArray();
    }
}
