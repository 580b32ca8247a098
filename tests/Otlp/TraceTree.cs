using System.Globalization;
using System.Text;

namespace Orchestrator.Tests.Otlp;

/// <summary>A trace as a tree, for tests and for people.</summary>
public sealed class TraceTree(IEnumerable<ExportedSpan> spans)
{
    readonly List<ExportedSpan> _spans = [.. spans.DistinctBy(span => span.Id).OrderBy(span => span.Span.StartTimeUnixNano)];

    /// <summary>The spans without a parent in the tree.</summary>
    public IReadOnlyList<ExportedSpan> Roots => [.. _spans.Where(span => _spans.All(other => other.Id != span.Parent))];

    /// <summary>The messages that were sent or handled, in order of time: <c>process payment-commands: AuthorizePayment</c>.</summary>
    public IReadOnlyList<string> Messages => [.. _spans.Where(span => span["messaging.operation.name"].Length > 0).Select(Name)];

    /// <summary>The ancestors of a span, from the nearest on, in the form of <see cref="Messages"/>.</summary>
    public IEnumerable<string> Above(ExportedSpan span)
    {
        for (var parent = Find(span.Parent); parent is not null; parent = Find(parent.Parent))
            yield return Name(parent);
    }

    /// <summary>The spans with this text in <see cref="Messages"/>.</summary>
    public IReadOnlyList<ExportedSpan> Of(string name) => [.. _spans.Where(span => Name(span) == name)];

    /// <summary>The whole tree, one span a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var root in Roots)
            Write(text, root, 0, root.Span.StartTimeUnixNano);
        return text.ToString();
    }

    /// <summary>The subject of a span.</summary>
    public static string Name(ExportedSpan span) =>
        span["orchestrator.message.type"] is { Length: > 0 } type ? $"{span.Span.Name}: {type}" : span.Span.Name;

    void Write(StringBuilder text, ExportedSpan span, int depth, ulong began)
    {
        var (from, to) = (span["orchestrator.saga.from"], span["orchestrator.saga.to"]);
        text.Append(
            CultureInfo.InvariantCulture,
            $"{(span.Span.StartTimeUnixNano - began) / 1e6,9:0.0} ms {new string(' ', depth * 2)}{Name(span)}")
            .Append(CultureInfo.InvariantCulture,
                $"  [{span.Service}, {(span.Span.EndTimeUnixNano - span.Span.StartTimeUnixNano) / 1e6:0.0} ms]")
            .Append(to.Length == 0 ? "" : $"  {(from.Length == 0 ? "" : from + " ")}-> {to}")
            .Append(span.Span.Status?.Code == 2 ? $"  ERROR {span["error.type"]}" : "").AppendLine();
        foreach (var child in _spans.Where(child => child.Parent == span.Id))
            Write(text, child, depth + 1, began);
    }

    ExportedSpan? Find(string id) => _spans.Find(span => span.Id == id);
}
