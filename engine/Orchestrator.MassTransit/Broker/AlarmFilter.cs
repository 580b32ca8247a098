using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Orchestrator.MassTransit.Sending;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Notes the broker's alarms (of memory or of the disk). During an alarm the broker takes no messages on connections that send.
/// </summary>
sealed class AlarmFilter(Destinations destinations) : IFilter<ChannelContext>
{
    static readonly ConditionalWeakTable<IConnection, Watch> Watched = [];

    public Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        // All endpoints of a bus share a connection.
        _ = Watched.GetValue(context.ConnectionContext.Connection, connection => new Watch(connection, destinations));
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("alarm");

    sealed class Watch
    {
        readonly Destinations _destinations;
        int _isOn;

        public Watch(IConnection connection, Destinations destinations)
        {
            _destinations = destinations;
            connection.ConnectionBlockedAsync += Begin;
            connection.ConnectionUnblockedAsync += End;
            connection.ConnectionShutdownAsync += End;
        }

        Task Begin(object sender, ConnectionBlockedEventArgs alarm)
        {
            if (Interlocked.Exchange(ref _isOn, 1) == 0)
                _destinations.BeginAlarm();
            return Task.CompletedTask;
        }

        Task End<T>(object sender, T reason)
        {
            if (Interlocked.Exchange(ref _isOn, 0) == 1)
                _destinations.EndAlarm();
            return Task.CompletedTask;
        }
    }
}
