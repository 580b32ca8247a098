using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Sagas.Engine;

/// <summary>What a saga remembers about one of its steps.</summary>
/// <param name="Status">How far it has come.</param>
/// <param name="Attempts">How often the command (or, when undoing, the undo) was sent.</param>
/// <param name="Epoch">Which try at the business act it is, from 1; part of the idempotency key.</param>
/// <param name="At">When the status last changed, in UTC.</param>
/// <param name="Outcome">The type of the message that brought the status; absent while none has.</param>
public sealed record StepRecord(StepStatus Status, int Attempts, int Epoch, DateTimeOffset At, string? Outcome = null)
{
    /// <summary>Fields of a newer version: they survive being saved by this one.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
