namespace Orchestrator.Contracts;

/// <summary>The version of a message's schema; a message without this attribute is at version 1.</summary>
/// <param name="version">Counted from 1, raised when the meaning of a field changes.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SchemaVersionAttribute(int version) : Attribute
{
    /// <summary>The version, from 1.</summary>
    public int Version { get; } = version;
}
