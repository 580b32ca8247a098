using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Contracts;

namespace Orchestrator.Engine;

/// <summary>What a saga remembers about one of its steps.</summary>
/// <param name="Status">How far it has come.</param>
/// <param name="Attempts">How often the command (or, when undoing, the undo) was sent.</param>
/// <param name="Epoch">The number of the try at the step's act, from 1; part of the idempotency key.</param>
/// <param name="At">When this last changed, in UTC.</param>
/// <param name="Outcome">The type of the message that brought the status; absent while none has.</param>
public sealed record StepRecord(StepStatus Status, int Attempts, int Epoch, DateTimeOffset At, string? Outcome = null)
{
    /// <summary>What it waits for.</summary>
    public Waiting Waiting { get; init; }

    /// <summary>When the saga acts if nothing comes, in UTC; absent when it waits without limit.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>When its first command (or its first undo) was sent, in UTC; absent while <see cref="At"/> is that time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Began { get; init; }

    /// <summary>Attempts that no longer count: an operator had the step tried again, or the breaker held it.</summary>
    public int Forgiven { get; init; }

    /// <summary>Why an operator is needed.</summary>
    public string? Problem { get; init; }

    /// <summary>A message that came instead of the answer and was not accepted as one; absent when none came.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Instead { get; init; }

    /// <summary>The money that the step may hold; absent while it holds none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? MoneyAtRisk { get; init; }

    /// <summary>How many units of goods or places the step may hold; absent while it holds none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("unitsHeld")] // The rows of every version have this name.
    public long? UnitsAtRisk { get; init; }

    /// <summary>Fields of a newer version. They are kept when this version saves the record.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
