using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.RabbitMqTransport.Topology;
using RabbitMQ.Client;

namespace Orchestrator.ServiceDefaults.Broker;

/// <summary>A queue that this process takes messages from, whether it does so now, and what the queue needs at the broker.</summary>
/// <param name="name">Its name.</param>
/// <param name="endpoint">The endpoint that takes from it.</param>
/// <param name="delays">How long messages wait in its redelivery queues.</param>
/// <param name="sendsTo">The queues of other parties that the handling of its messages sends to.</param>
sealed class ConsumedQueue(string name, IRabbitMqReceiveEndpointConfiguration endpoint, IReadOnlyList<TimeSpan> delays, IReadOnlyCollection<string> sendsTo)
{
    volatile ConsumerChannel? _channel;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>The queues of other parties that the handling of its messages sends to.</summary>
    public IReadOnlyCollection<string> SendsTo { get; } = sendsTo;

    /// <summary>Whether this process takes messages from it. Consumers of other processes do not count.</summary>
    public bool IsConsumed => _channel is { Consumes: true };

    /// <summary>Notes the channel over which its endpoint is going to consume.</summary>
    public ConsumerChannel Opened(ChannelContext channel) => _channel = new ConsumerChannel(channel, Name);

    /// <summary>Declares what the endpoint does not declare itself: dead letters, redelivery queues, and the queues of others.</summary>
    public async Task DeclareRest(IChannel channel, IConnection connection, CancellationToken cancellationToken)
    {
        await BrokerQueues.DeclareDeadLetters(channel, Name, cancellationToken);
        foreach (var delay in delays)
            await BrokerQueues.DeclareRedelivery(channel, Name, delay, cancellationToken);
        foreach (var other in SendsTo)
            await OthersQueues.Ensure(connection, other, cancellationToken);
    }

    /// <summary>Declares everything of its own that the broker may have lost. What is there stays as it is.</summary>
    public async Task Repair(IChannel channel, CancellationToken cancellationToken)
    {
        foreach (var setAside in BrokerQueues.AllSetAside(Name))
            await BrokerQueues.DeclareSetAside(channel, setAside, cancellationToken);
        foreach (var delay in delays)
            await BrokerQueues.DeclareRedelivery(channel, Name, delay, cancellationToken);
        await BrokerQueues.DeclareWork(channel, Name, cancellationToken);
        var topology = new ReceiveEndpointBrokerTopologyBuilder();
        topology.Exchange = topology.ExchangeDeclare(Name, ExchangeType.Fanout, durable: true, autoDelete: false, new Dictionary<string, object>());
        endpoint.Topology.Consume.Apply(topology);
        foreach (var binding in topology.BuildBrokerTopology().ExchangeBindings)
        {
            var source = binding.Source;
            await channel.ExchangeDeclareAsync(
                source.ExchangeName, source.ExchangeType, source.Durable, source.AutoDelete, source.ExchangeArguments!, cancellationToken: cancellationToken);
            await channel.ExchangeBindAsync(
                binding.Destination.ExchangeName, source.ExchangeName, binding.RoutingKey, binding.Arguments!, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Stops its endpoint and starts it again.</summary>
    /// <param name="patience">How long the stop may take; an endpoint that does not stop is left behind, and ends if it ever goes on.</param>
    /// <param name="cancellationToken">Keeps it from being started again.</param>
    public async Task Restart(TimeSpan patience, CancellationToken cancellationToken)
    {
        var receiver = endpoint.ReceiveEndpoint;
        try
        {
            using var limit = new CancellationTokenSource(patience);
            await receiver.Stop(limit.Token).WaitAsync(patience * 2, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            // Its transport is marked as stopping now, and a second call does not wait for it.
            await receiver.Stop(CancellationToken.None).WaitAsync(patience, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        _ = receiver.Start(CancellationToken.None);
    }
}
