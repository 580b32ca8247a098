using System.Buffers.Binary;

namespace Orchestrator.Tests.Chaos.Site;

/// <summary>Counts the messages that a broker delivers again. It reads them from the wire (AMQP 0-9-1).</summary>
sealed class Redeliveries
{
    const int FrameHeader = 7, FrameEnd = 1, MethodFrame = 1, DeliverClass = 60, DeliverMethod = 60, TagAndFlag = 9;

    long _count;

    /// <summary>The number so far, over all connections.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Makes a listener for one connection.</summary>
    public Action<ReadOnlySpan<byte>> Listen()
    {
        // Of each frame it reads the header and the start of a method: class, method, consumer tag, delivery tag, the flag.
        var start = new byte[FrameHeader + 4 + 1 + byte.MaxValue + TagAndFlag];
        var (held, left) = (0, 0L);
        return bytes =>
        {
            while (!bytes.IsEmpty)
            {
                if (held < FrameHeader)
                {
                    var taken = Math.Min(FrameHeader - held, bytes.Length);
                    bytes[..taken].CopyTo(start.AsSpan(held));
                    held += taken;
                    bytes = bytes[taken..];
                    if (held == FrameHeader)
                        left = BinaryPrimitives.ReadUInt32BigEndian(start.AsSpan(3)) + FrameEnd;
                    continue;
                }

                var part = (int)Math.Min(left, bytes.Length);
                var kept = Math.Min(part, start.Length - held);
                bytes[..kept].CopyTo(start.AsSpan(held));
                held += kept;
                left -= part;
                bytes = bytes[part..];
                if (left > 0)
                    continue;
                if (IsRedelivery(start.AsSpan(0, held)))
                    Interlocked.Increment(ref _count);
                held = 0;
            }
        };
    }

    static bool IsRedelivery(ReadOnlySpan<byte> frame)
    {
        if (frame[0] != MethodFrame || frame.Length < FrameHeader + 5
            || BinaryPrimitives.ReadUInt16BigEndian(frame[FrameHeader..]) != DeliverClass
            || BinaryPrimitives.ReadUInt16BigEndian(frame[(FrameHeader + 2)..]) != DeliverMethod)
            return false;
        var flag = FrameHeader + 5 + frame[FrameHeader + 4] + TagAndFlag - 1;
        return flag < frame.Length && frame[flag] == 1;
    }
}
