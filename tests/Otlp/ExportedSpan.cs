namespace Orchestrator.Tests.Otlp;

/// <summary>A span and the service that exported it.</summary>
public sealed record ExportedSpan(string Service, Span Span)
{
    /// <summary>The id of its trace, in hex.</summary>
    public string Trace => Hex(Span.TraceId);

    /// <summary>Its id, in hex.</summary>
    public string Id => Hex(Span.SpanId);

    /// <summary>The id of its parent, in hex; empty for a root.</summary>
    public string Parent => Hex(Span.ParentSpanId);

    /// <summary>The value of an attribute; empty when it is missing.</summary>
    public string this[string attribute] => OtlpReceiver.Attribute(Span.Attributes, attribute);

    static string Hex(Google.Protobuf.ByteString bytes) => Convert.ToHexStringLower(bytes.Span);
}
