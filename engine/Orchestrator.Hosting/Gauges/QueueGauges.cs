using System.Diagnostics.Metrics;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Broker;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Hosting.Gauges;

/// <summary>Counts the messages and consumers of each queue. It asks over the protocol, so the broker needs no plug-in.</summary>
sealed class QueueGauges(Meter meter, BrokerAddress broker, IReadOnlyCollection<string> queues) : IAsyncDisposable
{
    readonly Gauge _messages = new(meter, "orchestrator.queue.messages", "{message}", "Messages that wait in a queue for a consumer");
    readonly Gauge _consumers = new(meter, "orchestrator.queue.consumers", "{consumer}", "Consumers of a queue");
    IConnection? _connection;

    /// <summary>Reads every queue that exists.</summary>
    public async Task Read(CancellationToken cancellationToken)
    {
        if (_connection is not { IsOpen: true })
        {
            await DisposeAsync();
            _connection = await broker.Connect("gauges", cancellationToken);
        }

        var found = new List<QueueDeclareOk>();
        var channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            foreach (var queue in queues)
            {
                try
                {
                    found.Add(await channel.QueueDeclarePassiveAsync(queue, cancellationToken));
                }
                catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode is Constants.NotFound or Constants.AccessRefused)
                {
                    // The queue does not exist because its host has never been started, or the queue is forbidden. The broker closes the
                    // channel then.
                    await channel.DisposeAsync();
                    channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
                }
            }
        }
        finally
        {
            await channel.DisposeAsync();
        }

        _messages.Show(found.Select(queue => Of(queue, queue.MessageCount)));
        _consumers.Show(found.Select(queue => Of(queue, queue.ConsumerCount)));
    }

    /// <summary>Clears the gauges, because their values are out of date.</summary>
    public void Clear()
    {
        _messages.Clear();
        _consumers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = null;
    }

    static Measurement<double> Of(QueueDeclareOk queue, double value) =>
        new(value, new KeyValuePair<string, object?>(Instrumentation.Destination, queue.QueueName));
}
