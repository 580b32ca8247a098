using System.Text.Json.Serialization;

namespace Orchestrator.Engine;

/// <summary>Where a saga stands in its life: the column <c>state</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Lifecycle>))]
public enum Lifecycle
{
    /// <summary>Going forward through its steps.</summary>
    Running,

    /// <summary>Undoing what it attempted, last first.</summary>
    Compensating,

    /// <summary>It does not know how to go on, forward or back, and waits for an operator.</summary>
    Suspended,

    /// <summary>Every step is done. Terminal.</summary>
    Completed,

    /// <summary>Every attempted step is refused or undone. Terminal, unless a late success has to be undone.</summary>
    Cancelled,
}
