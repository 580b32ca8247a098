using System.Diagnostics;
using MassTransit.Logging;
using OpenTelemetry;
using Orchestrator.Contracts;

namespace Orchestrator.Hosting.Telemetry;

/// <summary>Gives MassTransit's spans the names and attributes of OpenTelemetry's messaging conventions.</summary>
/// <remarks>https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans</remarks>
sealed class MessagingNames : BaseProcessor<Activity>
{
    // Attributes that repeat another attribute, or name machines.
    static readonly string[] Superfluous =
    [
        DiagnosticHeaders.Messaging.Operation, DiagnosticHeaders.MessageId, DiagnosticHeaders.CorrelationId, DiagnosticHeaders.InitiatorId,
        DiagnosticHeaders.SourceAddress, DiagnosticHeaders.DestinationAddress, DiagnosticHeaders.InputAddress,
        DiagnosticHeaders.MessageTypes,
    ];

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        if (!data.Recorded || data.GetTagItem(DiagnosticHeaders.Messaging.Operation) is not string said)
            return;
        // The broker pushes messages to the consumers, so the span of a receive is the processing.
        var operation = said == "receive" ? "process" : said;
        data.DisplayName = $"{operation} {data.GetTagItem(Instrumentation.Destination)}";
        if (operation == "send")
            NameMessage(data);
        foreach (var superfluous in Superfluous)
            data.SetTag(superfluous, null);
        data.SetTag("messaging.operation.name", operation);
        data.SetTag("messaging.operation.type", operation);
        data.SetTag(DiagnosticHeaders.Messaging.System, "rabbitmq");
    }

    static void NameMessage(Activity data)
    {
        data.SetTag("messaging.message.id", data.GetTagItem(DiagnosticHeaders.MessageId));
        data.SetTag("orchestrator.saga.id", data.GetTagItem(DiagnosticHeaders.CorrelationId));
        if (data.GetTagItem(DiagnosticHeaders.MessageTypes) is string types)
            data.SetTag("orchestrator.message.type", types.Split(',')[0].Split(':')[^1]);
    }
}
