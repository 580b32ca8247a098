using System.Net.Sockets;
using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using Npgsql;
using Orchestrator.Contracts;
using Orchestrator.Storage;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.MassTransit.Broker;

/// <summary>Decides from an exception what happens to the message that was being handled.</summary>
static class Failure
{
    /// <summary>Whether the message can never be handled, so that another try is useless.</summary>
    public static bool IsFinal(Exception exception) =>
        Chain(exception)
        .Any(e => e is RejectedMessageException or SerializationException or JsonException or FormatException or MessageException
            // Class 22: the message has a value that the database can't store.
            or PostgresException { SqlState: ['2', '2', ..] });

    /// <summary>Whether the broker can't be reached. This says nothing about the message, so the message waits.</summary>
    public static bool IsBrokerAway(Exception exception) => Chain(exception).Any(e =>
        e is ConnectionException or MessageNotAcknowledgedException or OperationInterruptedException or BrokerUnreachableException
            or EndOfStreamException or SocketException);

    /// <summary>Why the message must be deferred; null when it has failed.</summary>
    public static DeferredMessageException? Deferral(Exception exception) => DeferredMessageException.In(exception)
        ?? (IsReturned(exception)
            ? new DeferredMessageException(
                "there is no queue for the message that it sends to "
                    + Chain(exception).OfType<PublishReturnException>().FirstOrDefault()?.Exchange,
                exception)
            : null)
        ?? (Chain(exception).OfType<PostgresException>().FirstOrDefault(PostgresDatabase.IsTakenAway) is { } refusal
            ? new DeferredMessageException($"the database refuses access: {refusal.MessageText}", refusal)
            : null);

    /// <summary>Whether its handler has sent a message, without <see cref="Telling"/>, that no queue takes.</summary>
    public static bool IsReturned(Exception exception) => Chain(exception).Any(e => e is MessageReturnedException);

    /// <summary>The broker's words, if it forbids the use of this exchange or queue; null otherwise.</summary>
    /// <remarks>
    /// The broker closes the channel with these words. So all other messages that are under way over the channel fail with them too.
    /// </remarks>
    public static string? Forbidden(Exception exception, string name) => Chain(exception).OfType<OperationInterruptedException>()
        .Select(e => e.ShutdownReason is { ReplyCode: Constants.AccessRefused } reason ? reason.ReplyText : null)
        .FirstOrDefault(text => text?.Contains($"'{name}'", StringComparison.Ordinal) == true);

    public static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }
}
