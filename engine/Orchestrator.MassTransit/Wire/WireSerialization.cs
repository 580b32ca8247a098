using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Orchestrator.MassTransit.Wire;

/// <summary>
/// MassTransit's JSON envelope, byte for byte what its own serialiser makes of it, but written and read in one pass: that one
/// reads every message four times, into a tree and out of it again (docs/performance.md). Whatever an envelope holds that our
/// own senders don't write is left to MassTransit.
/// </summary>
public sealed class WireSerialization : ISerializerFactory
{
    /// <inheritdoc />
    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    /// <inheritdoc />
    public IMessageSerializer CreateSerializer() => new WireSerializer();

    /// <inheritdoc />
    public IMessageDeserializer CreateDeserializer() => new WireDeserializer();
}

/// <summary>Where a bus is told of it.</summary>
public static class WireSerializationRegistration
{
    /// <summary>Lets a bus write and read its messages in one pass.</summary>
    public static void UseWireSerialization(this IBusFactoryConfigurator bus)
    {
        var wire = new WireSerialization();
        bus.AddSerializer(wire);
        bus.AddDeserializer(wire, isDefault: true);
    }
}
