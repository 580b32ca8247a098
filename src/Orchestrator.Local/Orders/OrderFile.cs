using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestrator.Contracts.Orders;
using Orchestrator.Sagas.OrderFulfilment;

namespace Orchestrator.Local.Orders;

/// <summary>Orders, one JSON object a line. A bad line is rejected, and the other lines are read.</summary>
public static class OrderFile
{
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>
    /// The orders of a file as they are read, in constant memory. Unknown fields are ignored. The same content gives exactly equal
    /// orders, whatever the format of its numbers and times.
    /// </summary>
    /// <param name="stream">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<FileLine<OrderSubmitted>> Read(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var line in LineReader.Read(stream, cancellationToken))
            yield return Parse(line);
    }

    static FileLine<OrderSubmitted> Parse(Line line)
    {
        if (line.Violation is { } violation)
            return Rejected(violation);
        try
        {
            using var json = Document(line);
            var order = Order(new Field(json.RootElement, ""));
            return OrderRules.Violation(order) is { } broken ? Rejected(broken) : new(line.Number, order, null);
        }
        catch (RejectedException e)
        {
            return Rejected(e.Message);
        }

        FileLine<OrderSubmitted> Rejected(string reason) => new(line.Number, null, reason);
    }

    // A missing value stays null here. The rules of an order report it.
    static OrderSubmitted Order(Field json)
    {
        var order = json.Object() ?? throw new RejectedException("the line is null; an object is wanted");
        var orderId = order["orderId"].Uuid() ?? throw order["orderId"].Missing();
        var placedAt = order["placedAt"].Moment() ?? throw order["placedAt"].Missing();
        var currency = order["currency"].Text();
        var lines = order["lines"].Items()?.Select(line => OrderLine(line, currency)).ToList();
        var shipTo = order["shipTo"].Object() is { } to ? new ShipTo(to["country"].Text()!, to["postalCode"].Text()) : null;
        return new(orderId, order["orderNumber"].Text()!, order["customerId"].Text()!, placedAt, currency!, lines!, shipTo!);
    }

    static OrderLine OrderLine(Field json, string? orderCurrency)
    {
        var line = json.Object() ?? throw json.Missing();
        if (line["currency"].Text() is { } currency && orderCurrency is not null && currency != orderCurrency)
            throw line["currency"].Wrong($"the order's own currency, {Field.Quoted(orderCurrency)},");
        return new(
            line["sku"].Text()!,
            line["quantity"].WholeNumber() ?? throw line["quantity"].Missing(),
            line["unitPrice"].Decimal() ?? throw line["unitPrice"].Missing());
    }

    static JsonDocument Document(Line line)
    {
        try
        {
            return JsonDocument.Parse(line.Bytes, Strict);
        }
        catch (JsonException e)
        {
            throw new RejectedException(Reason(e));
        }
        catch (InvalidOperationException)
        {
            // The search for duplicate names can't read this name.
            throw new RejectedException("a field's name holds half of a surrogate pair");
        }
    }

    // The JSON is one line, so only the byte is useful. The place in the message of the parser is removed.
    static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var what = Field.Quoted(end < 0 ? e.Message : e.Message[..end], longest: 200).TrimEnd('.');
        return e.BytePositionInLine is { } position
            ? $"not valid JSON at byte {position + 1}: {what}"
            : $"ambiguous JSON: {what.Replace(" encountered during deserialization", "", StringComparison.Ordinal)}";
    }
}
