using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Engine;

/// <summary>What a saga keeps between messages; a saga adds its business fields by deriving from it.</summary>
public abstract record SagaData
{
    /// <summary>A record per attempted step, by the step's name.</summary>
    public ImmutableSortedDictionary<string, StepRecord> Steps { get; init; } =
        ImmutableSortedDictionary.Create<string, StepRecord>(StringComparer.Ordinal);

    /// <summary>When the message that starts the saga came, in UTC; absent when the saga was cancelled before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>
    /// What the message that started it said, as <see cref="StartDigest"/> writes it; absent when an earlier version started it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StartedWith { get; init; }

    /// <summary>When the whole saga has taken too long, in UTC; absent when that no longer matters.</summary>
    public DateTimeOffset? Limit { get; init; }

    /// <summary>Since when a step has been held that it stands at, in UTC: its limit stands still.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>Why the saga turned back, when it did.</summary>
    public Refusal? Refused { get; init; }

    /// <summary>Why it waits for an operator, while it does.</summary>
    public Suspension? Suspended { get; init; }

    /// <summary>Whether its end has been told to the world.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>Fields of a newer version: they survive being saved by this one.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
