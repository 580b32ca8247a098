using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Broker;
using Orchestrator.MassTransit.Sending;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Hosting;

/// <summary>
/// Starts a host in order: its tables first, then the broker, then the consumers. It waits for a server that can't be reached. Any other
/// error ends the start.
/// </summary>
public sealed partial class StartUp(
    IServiceProvider provider, IEnumerable<Migration> migrations, BrokerAddress broker, BrokerConventions conventions, IBusDepot bus,
    EndpointSupervisor supervisor, Destinations destinations, TimeProvider time, ILogger<StartUp> logger)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Drain = TimeSpan.FromSeconds(25);

    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the host takes messages for the first time.</summary>
    public Task Done => _done.Task;

    /// <summary>
    /// Completes with the reason, as a sentence, when the host can't take messages from one of its queues although the broker can be
    /// reached.
    /// </summary>
    public Task<string> Deaf => supervisor.Deaf;

    /// <summary>Whether the host takes messages.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Starts the host, and returns when it takes messages.</summary>
    /// <exception cref="BrokerRefusedException">The broker refuses the connection.</exception>
    public async Task Begin(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        foreach (var migration in migrations)
            await migration.Run(provider, cancellationToken);
        await UntilTheBrokerAnswers(cancellationToken);
        supervisor.Begin();
        await bus.Start(cancellationToken);
        IsUp = true;
        _done.SetResult();
        var took = time.GetElapsedTime(started);
        LogReady(conventions.Source, took);
    }

    /// <summary>Stops taking messages, and returns when the running handlers have ended.</summary>
    public async Task End(CancellationToken cancellationToken)
    {
        await supervisor.End(cancellationToken);
        if (!IsUp)
            return;
        IsUp = false;
        destinations.Close();
        await bus.Stop(Drain, cancellationToken);
    }

    async Task UntilTheBrokerAnswers(CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await using var connection = await broker.Connect($"{conventions.Source} start", cancellationToken);
                return;
            }
            catch (BrokerUnreachableException e)
            {
                if (tries % 5 == 0)
                    LogAway(broker, Redacted.Reason(e));
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Party} takes messages; the start took {Took}")]
    partial void LogReady(string party, TimeSpan took);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker {Broker} does not answer ({Reason}); trying again until it does")]
    partial void LogAway(BrokerAddress broker, string reason);
}
