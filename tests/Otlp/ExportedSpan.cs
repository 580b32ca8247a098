namespace Orchestrator.Tests.Otlp;

/// <summary>A span and the service that exported it.</summary>
public sealed record ExportedSpan(string Service, Span Span)
{
    /// <summary>Its trace, in hex.</summary>
    public string Trace => Hex(Span.TraceId);

    /// <summary>Its id, in hex.</summary>
    public string Id => Hex(Span.SpanId);

    /// <summary>Its parent's id, in hex; empty at the root.</summary>
    public string Parent => Hex(Span.ParentSpanId);

    /// <summary>The value of an attribute; empty when it has none of that name.</summary>
    public string this[string attribute] => OtlpReceiver.Attribute(Span.Attributes, attribute);

    static string Hex(Google.Protobuf.ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}
