using Orchestrator.Journal;
using Orchestrator.Journal.Deadlines;
using Orchestrator.MassTransit.Broker;
using RabbitMQ.Client;

namespace Orchestrator.Hosting.Deadlines;

/// <summary>Asks the broker how many messages wait for sagas.</summary>
sealed class WaitingMessages(BrokerAddress broker) : IAsyncDisposable
{
    readonly SemaphoreSlim _connecting = new(1);
    IConnection? _connection;

    /// <summary>How many messages wait for the sagas of a kind.</summary>
    /// <exception cref="Exception">The broker does not answer.</exception>
    public async Task<Backlog> Of(ISagaKind kind, CancellationToken cancellationToken)
    {
        var backlog = default(Backlog);
        await Patience.Send(async stop => backlog = await Ask(kind, stop), cancellationToken);
        return backlog;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connecting.Dispose();
    }

    // Each call uses its own channel, so that a queue that does not answer does not delay the others.
    async Task<Backlog> Ask(ISagaKind kind, CancellationToken cancellationToken)
    {
        var connection = await Connection(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        return new(
            (await channel.QueueDeclarePassiveAsync(SagaQueues.Outcomes(kind.Name), cancellationToken)).MessageCount,
            (await channel.QueueDeclarePassiveAsync(SagaQueues.Deadlines(kind.Name), cancellationToken)).MessageCount);
    }

    async Task<IConnection> Connection(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken);
        try
        {
            if (_connection is { IsOpen: true })
                return _connection;
            if (_connection is not null)
                await _connection.DisposeAsync();
            _connection = null;
            return _connection = await broker.Connect("deadlines", cancellationToken);
        }
        finally
        {
            _connecting.Release();
        }
    }
}
