using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>What a saga remembers about one of its steps.</summary>
/// <param name="Status">How far it has come.</param>
/// <param name="Attempts">How often the command (or, when undoing, the undo) was sent.</param>
/// <param name="Epoch">Which try at the business act it is, from 1; part of the idempotency key.</param>
/// <param name="At">When this last changed, in UTC.</param>
/// <param name="Outcome">The type of the message that brought the status; absent while none has.</param>
public sealed record StepRecord(StepStatus Status, int Attempts, int Epoch, DateTimeOffset At, string? Outcome = null)
{
    /// <summary>What it waits for.</summary>
    public Waiting Waiting { get; init; }

    /// <summary>When the saga acts if that does not come, in UTC; absent when it waits without limit.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>When its first command (or its first undo) was sent, in UTC; absent while <see cref="At"/> is that time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Began { get; init; }

    /// <summary>Attempts that no longer count, since an operator let the step be tried again.</summary>
    public int Forgiven { get; init; }

    /// <summary>Why an operator is needed.</summary>
    public string? Problem { get; init; }

    /// <summary>What came in the place of an answer and could not be taken for one; absent when nothing did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Instead { get; init; }

    /// <summary>What the step may hold of somebody's money; absent while it holds none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? MoneyAtRisk { get; init; }

    /// <summary>How many units of goods or places the step may hold; absent while it holds none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("unitsHeld")] // Its name in rows of every version.
    public long? UnitsAtRisk { get; init; }

    /// <summary>Fields of a newer version: they survive being saved by this one.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
