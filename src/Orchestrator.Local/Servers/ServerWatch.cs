using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Journal;
using Orchestrator.Storage;
using Orchestrator.Worker;
using RabbitMQ.Client;

namespace Orchestrator.Local.Servers;

/// <summary>
/// Asks the servers that a run needs once a second whether they answer: the broker, the database and, when the run waits for their work,
/// the hosts. The run itself waits for them without limit, since an outage is no failure of an order. But a user at a terminal may have
/// named the wrong server, so this ends the run.
/// </summary>
sealed class ServerWatch(ServerOptions servers, TimeProvider time) : IAsyncDisposable
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(1), Farewell = TimeSpan.FromSeconds(5);
    static readonly string Intake = SagaQueues.Intake("order-fulfilment");

    readonly PostgresDatabase? _database = servers.Postgres is { } postgres
        ? PostgresDatabase.Connect(postgres, WorkerRegistration.Party, time, NullLogger<PostgresDatabase>.Instance)
        : null;

    readonly List<Task<string>> _silences = [];
    IConnection? _connection;

    /// <summary>Does work that needs the servers, and watches them meanwhile.</summary>
    /// <exception cref="SilenceException">A server did not answer for too long.</exception>
    public static async Task<T> During<T>(
        ServerOptions servers, TimeProvider time, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (servers.Patience is not { } patience)
            return await work(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var watch = new ServerWatch(servers, time);
        var (working, silence) = (work(stop.Token), watch.Silence(patience, stop.Token));
        var isSilent = await Task.WhenAny(working, silence) == silence && !cancellationToken.IsCancellationRequested;
        await stop.CancelAsync();
        if (!isSilent)
            return await working;
        // The work gets some seconds to end. A server that is away must not hold it longer.
        await Task.WhenAny(working, Task.Delay(Farewell, time, CancellationToken.None));
        throw new SilenceException(await silence);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_silences).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (_connection is not null)
        {
            await _connection.AbortAsync(Period);
            await _connection.DisposeAsync();
        }

        if (_database is not null)
            await _database.DisposeAsync();
    }

    async Task<string> Silence(TimeSpan patience, CancellationToken cancellationToken)
    {
        _silences.Add(Silence(AskBroker, $"RabbitMQ at {servers.RabbitMq} has not answered", patience, cancellationToken));
        if (_database is not null)
            _silences.Add(Silence(_database.Ping, $"PostgreSQL at {_database.ServerName} has not answered", patience, cancellationToken));
        if (servers is { SubmitOnly: true, Watch: true })
            _silences.Add(Silence(AskHosts, $"No host has taken orders from the queue {Intake}", patience, cancellationToken));
        return await await Task.WhenAny(_silences);
    }

    async Task<string> Silence(Func<CancellationToken, Task> ask, string what, TimeSpan patience, CancellationToken cancellationToken)
    {
        var (heard, reason) = (time.GetTimestamp(), "no answer");
        while (true)
        {
            try
            {
                using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                late.CancelAfter(patience);
                await ask(late.Token);
                heard = time.GetTimestamp();
            }
#pragma warning disable CA1031 // Any failure means that there was no answer.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (e is not OperationCanceledException)
                    reason = e.GetBaseException().Message.TrimEnd('.');
            }

            if (time.GetElapsedTime(heard) >= patience)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what} for {patience.TotalSeconds} s ({reason}); with --wait the run waits without limit.");
            }

            await Task.Delay(Period, time, cancellationToken);
        }
    }

    async Task AskBroker(CancellationToken cancellationToken)
    {
        if (_connection is not { IsOpen: true })
        {
            if (_connection is not null)
                await _connection.DisposeAsync();
            _connection = await servers.RabbitMq.Connect("watch", cancellationToken);
        }

        await using var channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
    }

    async Task AskHosts(CancellationToken cancellationToken)
    {
        // When the broker is away, the watch of the broker reports it.
        if (_connection is not { IsOpen: true } connection)
            return;
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        if ((await channel.QueueDeclarePassiveAsync(Intake, cancellationToken)).ConsumerCount == 0)
            throw new InvalidOperationException("the queue has no consumer; does Orchestrator.Worker run?");
    }
}
