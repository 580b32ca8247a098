using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// One line of the log for each message that was not handled: what the message is, what went wrong and what becomes of it, and nothing of
/// what it says. MassTransit's own lines quote exceptions, and these quote messages; they are turned off.
/// </summary>
/// <param name="logger">Takes the lines.</param>
sealed partial class MessageLog(ILogger<MessageLog> logger)
{
    /// <summary>It comes again.</summary>
    public void Failed(string queue, ReceiveContext message, Exception exception, TimeSpan delay)
    {
        if (!logger.IsEnabled(LogLevel.Warning))
            return;
        var identity = MessageIdentity.Of(message);
        LogFailed(queue, identity.Type, identity.Id, identity.Saga, Redacted.Failure(exception), delay);
    }

    /// <summary>It goes to the dead letters.</summary>
    public void SetAside(string queue, ReceiveContext message, Exception exception)
    {
        if (!logger.IsEnabled(LogLevel.Warning))
            return;
        var identity = MessageIdentity.Of(message);
        LogSetAside(queue, identity.Type, identity.Id, identity.Saga, Redacted.Failure(exception));
    }

    /// <summary>It should go to the dead letters, which take nothing.</summary>
    public void Stays(string queue, ReceiveContext message, Exception reason, TimeSpan delay)
    {
        if (!logger.IsEnabled(LogLevel.Warning))
            return;
        var identity = MessageIdentity.Of(message);
        LogStays(queue, identity.Type, identity.Id, identity.Saga, Redacted.Reason(reason), delay);
    }

    /// <summary>It waits for what others hold up.</summary>
    public void Deferred(LogLevel level, string queue, ReceiveContext message, DeferredMessageException reason, TimeSpan delay)
    {
        if (!logger.IsEnabled(level))
            return;
        var identity = MessageIdentity.Of(message);
        LogDeferred(level, queue, identity.Type, identity.Id, identity.Saga, reason.Message, delay);
    }

    /// <summary>It waits for a replica that knows its type.</summary>
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
