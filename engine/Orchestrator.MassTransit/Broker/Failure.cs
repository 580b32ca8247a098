using System.Net.Sockets;
using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Npgsql;
using Orchestrator.Contracts;
using Orchestrator.Storage;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.MassTransit.Broker;

/// <summary>What an exception says about the message that was being handled.</summary>
static class Failure
{
    /// <summary>The message can never be handled: trying again is of no use.</summary>
    public static bool IsFinal(Exception exception) =>
        Chain(exception)
        .Any(e => e is RejectedMessageException or SerializationException or JsonException or FormatException or MessageException
            // Class 22: the message holds what the database can't.
            or PostgresException { SqlState: ['2', '2', ..] });

    /// <summary>The broker is away, which says nothing about the message: it waits.</summary>
    public static bool IsBrokerAway(Exception exception) => Chain(exception).Any(e =>
        e is ConnectionException or MessageNotAcknowledgedException or OperationInterruptedException or BrokerUnreachableException
            or EndOfStreamException or SocketException);

    /// <summary>What the message waits for that is not its own fault; nothing when it failed.</summary>
    public static DeferredMessageException? Deferral(Exception exception) => DeferredMessageException.In(exception)
        ?? (IsReturned(exception)
            ? new DeferredMessageException(
                $"there is no queue for what it sends to {Chain(exception).OfType<PublishReturnException>().FirstOrDefault()?.Exchange}",
                exception)
            : null)
        ?? (Chain(exception).OfType<PostgresException>().FirstOrDefault(PostgresDatabase.IsTakenAway) is { } refusal
            ? new DeferredMessageException($"the database refuses it: {refusal.MessageText}", refusal)
            : null);

    /// <summary>Whether its handler has sent something, without <see cref="Telling"/>, that no queue takes.</summary>
    public static bool IsReturned(Exception exception) => Chain(exception).Any(e => e is MessageReturnedException);

    /// <summary>What the broker forbids, in its words, if that is to use this exchange or queue.</summary>
    /// <remarks>It closes the channel with these words, so whatever else was under way over it fails with them too.</remarks>
    public static string? Forbidden(Exception exception, string name) => Chain(exception).OfType<OperationInterruptedException>()
        .Select(e => e.ShutdownReason is { ReplyCode: Constants.AccessRefused } reason ? reason.ReplyText : null)
        .FirstOrDefault(text => text?.Contains($"'{name}'", StringComparison.Ordinal) == true);

    public static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }
}
