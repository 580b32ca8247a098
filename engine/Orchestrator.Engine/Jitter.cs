using System.Globalization;
using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>A spread of times that is not random: the same decision gives the same value again.</summary>
static class Jitter
{
    /// <summary>From 0 (included) to 1 (excluded), evenly spread over sagas, steps and attempts.</summary>
    public static double Of(Guid saga, string step, int attempt)
    {
        Span<byte> hash = stackalloc byte[16];
        DerivedId.From(saga.ToString(), step, attempt.ToString(CultureInfo.InvariantCulture)).TryWriteBytes(hash);
        return BitConverter.ToUInt32(hash) / (uint.MaxValue + 1.0);
    }
}
