using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace Orchestrator.MassTransit.Wire;

/// <summary>
/// MassTransit's JSON envelope, written and read in one pass. The bytes are the same as those of MassTransit's own serialiser. That
/// serialiser reads every message four times, into a tree and out of it again (docs/performance.md). MassTransit itself reads an envelope
/// that has something that this project's senders do not write.
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

/// <summary>Registers the serialisation at a bus.</summary>
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
