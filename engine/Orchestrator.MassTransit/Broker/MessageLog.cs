using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Writes one log line for each message that was not handled: its type, id and saga, what went wrong, and what happens next. It never logs
/// content. MassTransit's own lines quote exceptions, and exceptions quote messages, so they are turned off.
/// </summary>
/// <param name="logger">Takes the lines.</param>
sealed partial class MessageLog(ILogger<MessageLog> logger)
{
    /// <summary>Logs that the message comes again.</summary>
    public void Failed(string queue, ReceiveContext message, Exception exception, TimeSpan delay)
    {
        if (!logger.IsEnabled(LogLevel.Warning))
            return;
        var identity = MessageIdentity.Of(message);
        LogFailed(queue, identity.Type, identity.Id, identity.Saga, Redacted.Failure(exception), delay);
    }

    /// <summary>Logs that the message goes to the dead letters.</summary>
    public void SetAside(string queue, ReceiveContext message, Exception exception)
    {
        if (!logger.IsEnabled(LogLevel.Warning))
            return;
        var identity = MessageIdentity.Of(message);
        LogSetAside(queue, identity.Type, identity.Id, identity.Saga, Redacted.Failure(exception));
    }

    /// <summary>Logs that the message can't go to the dead letters, because their queue takes no messages.</summary>
    public void Stays(string queue, ReceiveContext message, Exception reason, TimeSpan delay)
    {
        if (!logger.IsEnabled(LogLevel.Warning))
            return;
        var identity = MessageIdentity.Of(message);
        LogStays(queue, identity.Type, identity.Id, identity.Saga, Redacted.Reason(reason), delay);
    }

    /// <summary>Logs that the message is deferred.</summary>
    public void Deferred(LogLevel level, string queue, ReceiveContext message, DeferredMessageException reason, TimeSpan delay)
    {
        if (!logger.IsEnabled(level))
            return;
        var identity = MessageIdentity.Of(message);
        LogDeferred(level, queue, identity.Type, identity.Id, identity.Saga, reason.Message, delay);
    }

    /// <summary>Logs that the message waits for a replica that knows its type.</summary>
    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Queue}: {MessageId} is a {MessageType}, which this version does not know; it waits for a replica that does and comes again in "
            + "{Delay}")]
    public partial void Unknown(string queue, Guid? messageId, string messageType, TimeSpan delay);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Queue}: {MessageType} {MessageId} of saga {SagaId} could not be handled ({Failure}); it comes again in {Delay}",
        SkipEnabledCheck = true)]
    partial void LogFailed(string queue, string messageType, Guid? messageId, Guid? sagaId, string failure, TimeSpan delay);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Queue}: {MessageType} {MessageId} of saga {SagaId} is set aside ({Failure}); its dead letter has the reason",
        SkipEnabledCheck = true)]
    partial void LogSetAside(string queue, string messageType, Guid? messageId, Guid? sagaId, string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Queue}: {MessageType} {MessageId} of saga {SagaId} could not be set aside ({Reason}); it comes again in {Delay}",
        SkipEnabledCheck = true)]
    partial void LogStays(string queue, string messageType, Guid? messageId, Guid? sagaId, string reason, TimeSpan delay);

    [LoggerMessage(Message =
        "{Queue}: {MessageType} {MessageId} of saga {SagaId} waits and comes again in {Delay}: {Reason}", SkipEnabledCheck = true)]
    partial void LogDeferred(
        LogLevel level, string queue, string messageType, Guid? messageId, Guid? sagaId, string reason, TimeSpan delay);
}
