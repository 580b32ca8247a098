using System.Globalization;
using Orchestrator.Contracts;

namespace Orchestrator.Local.Faults;

/// <summary>Which messages meet a fault. No chance: the same message is decided in the same way whenever it is delivered.</summary>
public sealed class FaultDecisions(FaultSpec spec)
{
    /// <summary>The faults of which a command meets at most one.</summary>
    public static IReadOnlyList<Fault> Exclusive { get; } = [Fault.Silence, Fault.Delay, Fault.Late, Fault.Duplicate];

    /// <summary>Whether an act is refused: by its key, so that every attempt at it is, or none.</summary>
    /// <param name="participant">Who refuses.</param>
    /// <param name="saga">The saga that wants it.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="epoch">Which try at the act it is.</param>
    public bool IsRefused(string participant, Guid saga, string command, int epoch) =>
        Share(participant, nameof(Fault.Refuse), saga.ToString(), command, epoch.ToString(CultureInfo.InvariantCulture)) < spec.Rate(
            participant, Fault.Refuse);

    /// <summary>What befalls a command beside a refusal; nothing, most of the time.</summary>
    public Fault? Of(string participant, Guid messageId)
    {
        var share = Share(participant, "", messageId.ToString());
        foreach (var fault in Exclusive)
        {
            share -= spec.Rate(participant, fault);
            if (share < 0)
                return fault;
        }

        return null;
    }

    /// <summary>How much of a fault befalls a command: from 0 (included) to 1 (not), evenly spread over messages.</summary>
    public double Part(string participant, Fault fault, Guid messageId) =>
        (double)Share(participant, fault.ToString(), messageId.ToString());

    decimal Share(params string[] key)
    {
        Span<byte> hash = stackalloc byte[16];
        DerivedId.From([spec.Seed.ToString(CultureInfo.InvariantCulture), .. key]).TryWriteBytes(hash);
        return BitConverter.ToUInt32(hash) / (uint.MaxValue + 1m);
    }
}
