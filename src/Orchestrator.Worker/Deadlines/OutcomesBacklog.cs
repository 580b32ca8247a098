using Microsoft.Extensions.Logging;
using Orchestrator.Journal;
using Orchestrator.ServiceDefaults.Broker;
using RabbitMQ.Client;

namespace Orchestrator.Worker.Deadlines;

/// <summary>Whether outcomes or deadlines wait at the broker, more than the sagas take within moments.</summary>
sealed partial class OutcomesBacklog(BrokerAddress broker, IEnumerable<ISagaKind> kinds, ILogger<OutcomesBacklog> logger) : IAsyncDisposable
{
    // Some seconds' work of one replica.
    const uint Much = 2_000;

    readonly string[] _queues = [.. kinds.SelectMany(kind => new[] { SagaQueues.Outcomes(kind.Name), SagaQueues.Deadlines(kind.Name) })];
    IConnection? _connection;

    /// <summary>Asks the broker; only one may ask at a time.</summary>
    public async Task<bool> IsLarge(CancellationToken cancellationToken)
    {
        if (_connection is not { IsOpen: true })
        {
            await DisposeAsync();
            _connection = await broker.Connect("deadlines", cancellationToken);
        }

        await using var channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var queue in _queues)
        {
            var waiting = (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
            if (waiting <= Much)
                continue;
            LogWaiting(waiting, queue);
            return true;
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = null;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} messages wait in {Queue}: deadlines wait until they are handled")]
    partial void LogWaiting(uint count, string queue);
}
