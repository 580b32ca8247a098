using System.Collections.Concurrent;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.RabbitMqTransport.Topology;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.MassTransit.Broker;

/// <summary>A queue that this process takes messages from, whether it does so now, and what the queue needs at the broker.</summary>
/// <param name="name">Its name.</param>
/// <param name="endpoint">The endpoint that takes from it.</param>
/// <param name="delays">How long messages wait in its redelivery queues.</param>
/// <param name="sendsTo">The queues of other parties that the handling of its messages sends to.</param>
sealed class ConsumedQueue(
    string name, IRabbitMqReceiveEndpointConfiguration endpoint, IReadOnlyList<TimeSpan> delays, IReadOnlyCollection<string> sendsTo)
{
    readonly ConcurrentDictionary<string, bool> _refused = new();
    volatile ConsumerChannel? _channel;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>The queues of other parties that the handling of its messages sends to.</summary>
    public IReadOnlyCollection<string> SendsTo { get; } = sendsTo;

    /// <summary>Whether this process takes messages from it. Consumers in other processes do not count.</summary>
    public bool IsConsumed => _channel is { Consumes: true };

    /// <summary>Notes the channel over which its endpoint will consume.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="closed">Gets the reason when the channel is closed.</param>
    public ConsumerChannel Opened(ChannelContext channel, Action<ShutdownEventArgs> closed) =>
        _channel = new ConsumerChannel(channel, this, closed);

    /// <summary>
    /// Declares what the endpoint does not declare itself: dead letters, redelivery queues, and the queues of other parties.
    /// </summary>
    public async Task DeclareRest(IChannel channel, IConnection connection, CancellationToken cancellationToken)
    {
        await UnlessRefused(() => BrokerQueues.DeclareDeadLetters(channel, Name, cancellationToken), BrokerQueues.DeadLetters(Name));
        foreach (var delay in delays)
            await UnlessRefused(() => Waiting(delay, cancellationToken)(channel), BrokerQueues.Redelivery(Name, delay));
        foreach (var other in SendsTo)
            await OthersQueues.Ensure(connection, other, cancellationToken);
    }

    /// <summary>
    /// Declares one object that its endpoint needs, unless the broker has refused it before. A refusal closes the channel. Without this
    /// method one missing permission would keep the whole endpoint from consuming. <see cref="EndpointSupervisor"/> declares the object
    /// when it is allowed again.
    /// </summary>
    /// <param name="declare">Declares the object.</param>
    /// <param name="names">The names that the broker may give in its refusal.</param>
    public async Task UnlessRefused(Func<Task> declare, params string[] names)
    {
        var thing = string.Join(' ', names);
        if (_refused.ContainsKey(thing))
            return;
        try
        {
            await declare();
        }
        catch (OperationInterruptedException e) when (names.Any(name => Failure.Forbidden(e, name) is not null))
        {
            _refused.TryAdd(thing, true);
            throw;
        }
    }

    /// <summary>
    /// Returns the declarations of all its own objects, which the broker may have lost. An object that exists is not changed.
    /// </summary>
    public IEnumerable<Func<IChannel, Task>> Repair(CancellationToken cancellationToken) =>
    [
        .. BrokerQueues.AllSetAside(Name).Select<string, Func<IChannel, Task>>(
            setAside => channel => BrokerQueues.DeclareSetAside(channel, setAside, cancellationToken)),
        .. delays.Select(delay => Waiting(delay, cancellationToken)),
        channel => BrokerQueues.DeclareWork(channel, Name, cancellationToken),
        channel => Bind(channel, cancellationToken),
    ];

    Func<IChannel, Task> Waiting(TimeSpan delay, CancellationToken cancellationToken) =>
        channel => BrokerQueues.DeclareRedelivery(channel, Name, delay, cancellationToken);

    async Task Bind(IChannel channel, CancellationToken cancellationToken)
    {
        var topology = new ReceiveEndpointBrokerTopologyBuilder();
        topology.Exchange = topology.ExchangeDeclare(
            Name, ExchangeType.Fanout, durable: true, autoDelete: false, new Dictionary<string, object>());
        endpoint.Topology.Consume.Apply(topology);
        foreach (var binding in topology.BuildBrokerTopology().ExchangeBindings)
        {
            var source = binding.Source;
            await channel.ExchangeDeclareAsync(
                source.ExchangeName, source.ExchangeType, source.Durable, source.AutoDelete, source.ExchangeArguments!,
                cancellationToken: cancellationToken);
            await channel.ExchangeBindAsync(
                binding.Destination.ExchangeName, source.ExchangeName, binding.RoutingKey, binding.Arguments!,
                cancellationToken: cancellationToken);
        }
    }

    /// <summary>Stops its endpoint and starts it again.</summary>
    /// <param name="patience">How long the stop may take. An endpoint that does not stop in time is abandoned. It ends when it
    /// continues.</param>
    /// <param name="cancellationToken">Prevents the start.</param>
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
            // The first call has marked the transport as stopping, and a second call does not wait for the transport.
            await receiver.Stop(CancellationToken.None).WaitAsync(patience, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        _ = receiver.Start(CancellationToken.None);
    }
}
