using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Sending;
using Orchestrator.MassTransit.Telemetry;
using Orchestrator.MassTransit.Wire;

namespace Orchestrator.MassTransit.Broker;

/// <summary>The conventions that all hosts follow at the broker.</summary>
public sealed class BrokerConventions
{
    /// <summary>The party that sends. It stands in every message's headers.</summary>
    public required string Source { get; init; }

    /// <summary>How this host uses the broker.</summary>
    public BrokerOptions Options { get; init; } = new();

    /// <summary>
    /// The queues of other parties that this host sends commands to. It declares them too, so that either host may start first.
    /// </summary>
    public Func<IServiceProvider, IReadOnlyCollection<string>> SendsTo { get; init; } = _ => [];

    /// <summary>
    /// Whether an exception means that another replica of this host can handle the message. The message then comes again until a replica
    /// handles it, and never goes to the dead letters.
    /// </summary>
    public Func<Exception, bool> IsForAnotherReplica { get; init; } = _ => false;

    /// <summary>Applies all conventions to a bus. Call it before the endpoints are configured.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="provider">The host's services; null for a bus that only sends.</param>
    public void ApplyTo(IRabbitMqBusFactoryConfigurator bus, IServiceProvider? provider = null)
    {
        var destinations = provider?.GetService<Destinations>() ?? new Destinations(TimeProvider.System, NullLogger<Destinations>.Instance);
        bus.UseMessageMetadata(Source);
        bus.UseWireSerialization();
        bus.PrefetchCount = Options.Prefetch;
        bus.ConcurrentMessageLimit = Options.Prefetch;
        // Without an id a message can't be told apart from its copies, and its consequences can't be traced to it.
        bus.UseExecute(
            context =>
                _ = context.MessageId
                ?? throw new RejectedMessageException("the message has no message id: it can't be told apart from its copies"));
        bus.UseExecute(EventExchange.Check);
        // A message that no queue takes comes back as an error.
        bus.ConfigureSend(send => send.UseExecute(context =>
        {
            if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
                rabbit.Mandatory = SentTypes.MustArrive(context, isPublished: false);
        }));
        bus.ConfigurePublish(
            publish => publish.UseExecute(context => context.Mandatory = SentTypes.MustArrive(context, isPublished: true)));
        // The observers and Destinations let a handler's message be deferred when its receiver takes no messages.
        var watch = new SendWatch(destinations);
        bus.ConnectSendObserver(watch);
        bus.ConnectPublishObserver(watch);
        bus.UseExecute(context => context.GetOrAddPayload(() => destinations));
        bus.UseFilter(new HandledMessages(provider?.GetService<TimeProvider>() ?? TimeProvider.System));
        bus.UseMessageRetry(retry => retry.SetRetryPolicy(_ => new RetryPolicy()));
        bus.SendTopology.ConfigureErrorSettings = SetAside;
        bus.SendTopology.ConfigureDeadLetterSettings = SetAside;
        var consumed = provider?.GetService<ConsumedQueues>() ?? new ConsumedQueues();
        var log = new MessageLog(provider?.GetService<ILogger<MessageLog>>() ?? NullLogger<MessageLog>.Instance);
        bus.ConnectEndpointConfigurationObserver(
            new Endpoints(this, consumed, destinations, provider is null ? [] : SendsTo(provider), log));
    }

    /// <summary>
    /// Catches the exceptions of a filter that stands before MassTransit's own error handling, and treats them in the same way. Call it
    /// before the filter is added.
    /// </summary>
    /// <param name="endpoint">The endpoint being configured.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="provider">The host's services.</param>
    public void Rescue(IReceiveEndpointConfigurator endpoint, string queue, IServiceProvider provider)
    {
        var destinations = provider.GetRequiredService<Destinations>();
        var log = new MessageLog(provider.GetRequiredService<ILogger<MessageLog>>());
        var failed = Pipe.New<ExceptionReceiveContext>(
            error => TakeFailed(error, new RedeliveryQueues(queue, Options.Redelivery, destinations), destinations, log));
        endpoint.ConfigureReceive(pipe => pipe.UseRescue(failed, rescue => rescue.Ignore<OperationCanceledException>()));
    }

    // Defers a failed message, lets it come again later, or sets it aside.
    void TakeFailed(IPipeConfigurator<ExceptionReceiveContext> error, RedeliveryQueues waiting, Destinations destinations, MessageLog log)
    {
        error.UseFilter(new DeferralFilter(waiting, log));
        // Marks the message as failed. Otherwise a message that can't be read would also count as one without a handler.
        error.UseFilter(new GenerateFaultFilter());
        error.UseFilter(new RedeliveryFilter(waiting, destinations, IsForAnotherReplica, log));
        error.UseFilter(new ErrorTransportFilter());
    }

    // MassTransit gives these queues the arguments of their source queue. They need other arguments.
    static void SetAside(IRabbitMqQueueBindingConfigurator queue)
    {
        foreach (var argument in BrokerQueues.Work("").Keys)
            queue.SetQueueArgument(argument, null);
        foreach (var (argument, value) in BrokerQueues.SetAside)
            queue.SetQueueArgument(argument, value);
    }

    sealed class Endpoints(
        BrokerConventions conventions, ConsumedQueues consumed, Destinations destinations, IReadOnlyCollection<string> sendsTo,
        MessageLog log)
        : IEndpointConfigurationObserver
    {
        public void EndpointConfigured<T>(T configurator)
            where T : IReceiveEndpointConfigurator
        {
            // The bus has its own endpoint, which is not durable and takes no messages here.
            if (configurator is not IRabbitMqReceiveEndpointConfigurator endpoint
                || configurator is not IRabbitMqReceiveEndpointConfiguration { Settings.Durable: true } configuration)
                return;
            var queue = endpoint.InputAddress.Segments[^1];
            var delays = conventions.Options.Redelivery;
            foreach (var (argument, value) in BrokerQueues.Work(queue))
                endpoint.SetQueueArgument(argument, value);
            endpoint.PublishFaults = false; // Failures are reported by the dead letters.
            var filter = new ConsumerFilter(consumed.Add(new ConsumedQueue(queue, configuration, delays, sendsTo)), destinations);
            endpoint.ConfigureChannel(channel =>
            {
                channel.UseFilter(new AlarmFilter(destinations));
                channel.UseFilter(filter);
            });
            var waiting = new RedeliveryQueues(queue, delays, destinations);
            endpoint.ConfigureDeadLetter(skipped =>
            {
                skipped.UseFilter(new UnknownTypeFilter(waiting, consumed.UnknownTypes, log));
                skipped.UseFilter(new DeadLetterTransportFilter());
            });
            endpoint.ConfigureError(error => conventions.TakeFailed(error, waiting, destinations, log));
        }
    }
}
