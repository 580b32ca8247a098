using System.Collections.Concurrent;
using System.Reflection;

namespace Orchestrator.Contracts;

/// <summary>The version of a message's schema; a message without this attribute is at version 1.</summary>
/// <param name="version">Counted from 1, raised when the meaning of a field changes.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SchemaVersionAttribute(int version) : Attribute
{
    static readonly ConcurrentDictionary<Type, int> Versions = new();

    /// <summary>The version, from 1.</summary>
    public int Version { get; } = version;

    /// <summary>The schema version of a message type.</summary>
    public static int Of(Type type) => Versions.GetOrAdd(type, static t => t.GetCustomAttribute<SchemaVersionAttribute>()?.Version ?? 1);
}
