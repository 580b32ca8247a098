using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.MassTransit.Broker;

/// <summary>The queues of other parties, to which this process sends.</summary>
public static class OthersQueues
{
    /// <summary>
    /// Declares a queue as its owner does, unless it exists. So messages that are sent before the owner's first start wait in it. When only
    /// the owner may declare it, or an administrator by <c>deploy/rabbitmq/definitions.json</c>, it does nothing.
    /// </summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="queue">Its name.</param>
    /// <param name="cancellationToken">Ends the waiting for the broker.</param>
    /// <param name="events">The events that it subscribes to.</param>
    public static async Task Ensure(IConnection connection, string queue, CancellationToken cancellationToken, params Type[] events)
    {
        if (await IsThere(connection, queue, cancellationToken))
            return;
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await BrokerQueues.DeclareWork(channel, queue, cancellationToken, events);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.AccessRefused)
        {
            // A command that no queue takes comes back to its sender, and is sent again until the queue takes it.
        }
    }

    /// <summary>Declares a queue if it does not exist, and binds it to its exchange again.</summary>
    /// <exception cref="OperationInterruptedException">Only its owner or an administrator may bind it.</exception>
    public static async Task Repair(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await Ensure(connection, queue, cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue, queue, "", cancellationToken: cancellationToken);
    }

    /// <summary>Whether the queue exists.</summary>
    public static async Task<bool> IsThere(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        // The broker closes a channel that asks for a queue that does not exist.
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            return true;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode is Constants.NotFound)
        {
            return false;
        }
    }
}
