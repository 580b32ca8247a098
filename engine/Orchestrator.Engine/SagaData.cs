using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Engine;

/// <summary>What a saga keeps between messages. The author of a saga derives from it and adds business fields.</summary>
public abstract record SagaData
{
    /// <summary>One record for each attempted step, by the step's name.</summary>
    public ImmutableSortedDictionary<string, StepRecord> Steps { get; init; } =
        ImmutableSortedDictionary.Create<string, StepRecord>(StringComparer.Ordinal);

    /// <summary>When the message that starts the saga came, in UTC; absent when the saga was cancelled before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>
    /// The digest of the message that started the saga (see <see cref="StartDigest"/>); absent when an earlier version started it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StartedWith { get; init; }

    /// <summary>
    /// When the time limit of the whole saga ends, in UTC. Null for a saga without a limit, or when the limit no longer counts.
    /// </summary>
    public DateTimeOffset? Limit { get; init; }

    /// <summary>Since when the saga has stood at a held step, in UTC. Meanwhile its time limit stands still.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>Why the saga turned back, when it did.</summary>
    public Refusal? Refused { get; init; }

    /// <summary>Why it waits for an operator, while it does.</summary>
    public Suspension? Suspended { get; init; }

    /// <summary>True when the event of its end has been published.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>Fields of a newer version. They are kept when this version saves the data.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
