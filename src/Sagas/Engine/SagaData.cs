using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Sagas.Engine;

/// <summary>What a saga keeps between messages; a saga adds its business fields by deriving from it.</summary>
public abstract record SagaData
{
    /// <summary>A record per attempted step, by the step's name.</summary>
    public ImmutableSortedDictionary<string, StepRecord> Steps { get; init; } =
        ImmutableSortedDictionary.Create<string, StepRecord>(StringComparer.Ordinal);

    /// <summary>Why the saga turned back, when it did.</summary>
    public Refusal? Refused { get; init; }

    /// <summary>Fields of a newer version: they survive being saved by this one.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
