using System.Globalization;
using Orchestrator.Contracts;

namespace Orchestrator.Local.Faults;

/// <summary>Decides which messages meet a fault. It uses no random numbers: each delivery of a message gets the same decision.</summary>
public sealed class FaultDecisions(FaultSpec spec)
{
    /// <summary>A command meets at most one of these faults.</summary>
    public static IReadOnlyList<Fault> Exclusive { get; } = [Fault.Silence, Fault.Delay, Fault.Late, Fault.Duplicate];

    /// <summary>True when an act is refused. This depends on the key of the act, so all its attempts are refused, or none.</summary>
    /// <param name="participant">The participant that does the act.</param>
    /// <param name="saga">The saga that sends the command.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="epoch">The epoch of the act.</param>
    public bool IsRefused(string participant, Guid saga, string command, int epoch) =>
        Share(participant, nameof(Fault.Refuse), saga.ToString(), command, epoch.ToString(CultureInfo.InvariantCulture)) < spec.Rate(
            participant, Fault.Refuse);

    /// <summary>The fault that a command meets, other than a refusal; null when it meets none.</summary>
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

    /// <summary>A number from 0 to 1 (exclusive) that says how strong a fault is. It is evenly distributed over the messages.</summary>
    public double Part(string participant, Fault fault, Guid messageId) =>
        (double)Share(participant, fault.ToString(), messageId.ToString());

    decimal Share(params string[] key)
    {
        Span<byte> hash = stackalloc byte[16];
        DerivedId.From([spec.Seed.ToString(CultureInfo.InvariantCulture), .. key]).TryWriteBytes(hash);
        return BitConverter.ToUInt32(hash) / (uint.MaxValue + 1m);
    }
}
