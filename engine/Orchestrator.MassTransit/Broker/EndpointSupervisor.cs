using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Checks every queue that this process takes messages from. It declares again what the broker has lost, and starts an endpoint again that
/// does not consume. When neither helps for minutes, it tells the process to end.
/// </summary>
/// <remarks>
/// It waits for the end of an outage: time counts only while the supervisor's own connection shows that the broker can be reached.
/// </remarks>
public sealed partial class EndpointSupervisor(
    ConsumedQueues queues, BrokerAddress broker, BrokerConventions conventions, TimeProvider time, ILogger<EndpointSupervisor> logger)
    : IDisposable
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(3);
    static readonly TimeSpan BetweenRepairs = TimeSpan.FromSeconds(15);
    static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);
    static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    // Longer than MassTransit needs to consume again by itself, unless it pauses between its tries.
    static readonly TimeSpan FirstRestart = TimeSpan.FromSeconds(10);
    // The longest time that counts between two checks. Each check may wait for the broker or for an endpoint that stops.
    static readonly TimeSpan LongestCounted = TimeSpan.FromMinutes(1);
    static readonly TimeSpan LongestBetweenRestarts = TimeSpan.FromMinutes(1);
    static readonly TimeSpan BetweenComplaints = TimeSpan.FromMinutes(1);

    readonly TaskCompletionSource<string> _deaf = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Dictionary<ConsumedQueue, Absence> _absences = [];
    readonly HashSet<string> _leftToTheirOwner = [];
    readonly ConcurrentDictionary<string, string> _refusals = new();
    readonly HashSet<ConsumedQueue> _consumed = [];
    readonly CancellationTokenSource _stop = new();
    Task _run = Task.CompletedTask;
    IConnection? _connection;
    long? _repaired;
    long _looked, _complained;

    /// <summary>
    /// Completes with the reason, as a sentence, when a queue has had no consumer of this process for too long although the broker can be
    /// reached.
    /// </summary>
    public Task<string> Deaf => _deaf.Task;

    /// <summary>Why the broker can't be reached; null when it can.</summary>
    public string? Away { get; private set; }

    /// <summary>What the broker refuses to declare for the queues, in its own words, which name the object.</summary>
    public IReadOnlyList<string> Refusals =>
        [.. _refusals.OrderBy(refusal => refusal.Key, StringComparer.Ordinal).Select(refusal => refusal.Value)];

    /// <summary>Begins the supervision. A process that only sends has nothing to supervise.</summary>
    public void Begin() => _run = queues.All.Count > 0 ? Run(_stop.Token) : Task.CompletedTask;

    /// <summary>Ends the supervision, so that the endpoints which stop from now on are not started again.</summary>
    public async Task End(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        // No endpoint is started any more. A connection to a broker that does not answer may take longer to close, so the wait is limited.
        await Task.WhenAny(_run, Task.Delay(StopTime, cancellationToken));
    }

    /// <inheritdoc />
    public void Dispose() => _stop.Dispose();

    async Task Run(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await LookAtAll(cancellationToken);
                await Task.Delay(Look, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            if (_connection is not null)
                await _connection.DisposeAsync();
        }
    }

    async Task LookAtAll(CancellationToken cancellationToken)
    {
        var unavailable = await Repair(cancellationToken);
        var now = time.GetTimestamp();
        var mends = new List<Task>();
        foreach (var queue in queues.All)
        {
            if (queue.IsConsumed)
                _consumed.Add(queue);
            if (queue.IsConsumed || Away is not null || unavailable.Contains(queue))
            {
                // An absence that can't be checked is not over. Its time only does not count.
                if (queue.IsConsumed && _absences.Remove(queue, out var over) && over.Restarts > 0)
                    LogBack(queue.Name);
                continue;
            }

            if (!_absences.TryGetValue(queue, out var absence))
                _absences[queue] = absence = new Absence();
            else
                absence.Lasted += time.GetElapsedTime(_looked, now) is var since && since < LongestCounted ? since : LongestCounted;
            mends.Add(Mend(queue, absence, cancellationToken));
        }

        _looked = now;
        // An endpoint that stops slowly must not delay the others.
        await Task.WhenAll(mends);
    }

    async Task Mend(ConsumedQueue queue, Absence absence, CancellationToken cancellationToken)
    {
        var lasted = absence.Lasted;
        if (lasted >= conventions.Options.LongestWithoutConsumer)
            _deaf.TrySetResult(
                $"{queue.Name} has had no consumer of this host for {lasted.TotalSeconds:0} s, although the broker can be reached");
        if (lasted < absence.NextRestart)
            return;
        absence.Restarts++;
        absence.NextRestart = lasted
            + TimeSpan.FromTicks(Math.Min(FirstRestart.Ticks << Math.Min(absence.Restarts, 8), LongestBetweenRestarts.Ticks));
        LogRestart(queue.Name, lasted.TotalSeconds);
        try
        {
            await queue.Restart(StopTime, cancellationToken);
        }
#pragma warning disable CA1031 // The next restart may succeed. If none does, the host ends.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogRestartFailed(queue.Name, e);
        }
    }

    // Returns the queues that the broker can't serve now, such as queues whose leader is being elected.
    async Task<IReadOnlySet<ConsumedQueue>> Repair(CancellationToken cancellationToken)
    {
        var unavailable = new HashSet<ConsumedQueue>();
        try
        {
            if (_connection is not { IsOpen: true })
                await Connect(cancellationToken);
            var isDue = _repaired is not { } last || time.GetElapsedTime(last) >= BetweenRepairs;
            foreach (var queue in queues.All.Where(queue => isDue || !queue.IsConsumed))
            {
                // The declarations of one queue may break the connection. The other queues are then checked over a new one.
                if (_connection is not { IsOpen: true })
                    await Connect(cancellationToken);
                if (!await Repair(queue, cancellationToken))
                    unavailable.Add(queue);
            }

            if (_connection is not { IsOpen: true })
                await Connect(cancellationToken);

            if (isDue)
            {
                await RepairOthers(cancellationToken);
                _repaired = time.GetTimestamp();
            }

            Away = null;
        }
#pragma warning disable CA1031 // The broker can't be asked now. The next check asks again.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            var reason = e is BrokerRefusedException ? e.Message : $"the broker {broker} does not answer: {Redacted.Reason(e)}";
            if (Away != reason || time.GetElapsedTime(_complained) >= BetweenComplaints)
            {
                _complained = time.GetTimestamp();
                LogAway(reason);
            }

            Away = reason;
        }

        return unavailable;
    }

    async Task Connect(CancellationToken cancellationToken)
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = null;
        _connection = await broker.Connect($"{conventions.Source} supervisor", cancellationToken).WaitAsync(AnswerTime, cancellationToken);
        _leftToTheirOwner.Clear();
    }

    async Task<bool> Repair(ConsumedQueue queue, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerTime);
        var (isServed, refusals) = (true, new List<string>());
        try
        {
            var channel = await _connection!.CreateChannelAsync(cancellationToken: limit.Token);
            foreach (var declare in queue.Repair(limit.Token))
            {
                try
                {
                    await declare(channel);
                }
                catch (OperationInterruptedException e) when (
                    _connection.IsOpen
                    || e.ShutdownReason is { Initiator: ShutdownInitiator.Peer, ReplyCode: not Constants.ConnectionForced })
                {
                    refusals.Add(e.ShutdownReason?.ReplyText ?? e.Message);
                    isServed &= CountsAsDeaf(queue, e);
                    if (!_connection.IsOpen)
                        break;
                    // The broker has closed the channel with its refusal.
                    channel = await _connection.CreateChannelAsync(cancellationToken: limit.Token);
                }
            }

            await channel.DisposeAsync();
        }
        catch (Exception e) when (
            e is OperationCanceledException or TimeoutException && !cancellationToken.IsCancellationRequested && _connection!.IsOpen)
        {
            return false;
        }

        Note(queue.Name, string.Join("; ", refusals.Distinct()));
        return isServed;
    }

    // A queue that is declared otherwise than expected can't be consumed from, so the host must end. If a permission is taken away while
    // the host runs, the host waits for it.
    bool CountsAsDeaf(ConsumedQueue queue, OperationInterruptedException refusal) => refusal.ShutdownReason?.ReplyCode switch
    {
        Constants.PreconditionFailed or Constants.NotAllowed => true,
        Constants.AccessRefused => !_consumed.Contains(queue) || Failure.Forbidden(refusal, queue.Name) is null,
        _ => false,
    };

    void Note(string queue, string refusals)
    {
        if (refusals.Length == 0)
            _refusals.TryRemove(queue, out _);
        else if (_refusals.GetValueOrDefault(queue) != refusals)
            LogRefused(queue, _refusals[queue] = refusals);
    }

    // The owners care for these queues. A failure here says nothing about this host.
    async Task RepairOthers(CancellationToken cancellationToken)
    {
        foreach (var other in queues.All.SelectMany(queue => queue.SendsTo).Distinct().Where(other => !_leftToTheirOwner.Contains(other)))
        {
            try
            {
                await OthersQueues.Repair(_connection!, other, cancellationToken).WaitAsync(AnswerTime, cancellationToken);
            }
            catch (OperationInterruptedException e) when (
                _connection!.IsOpen && e.ShutdownReason?.ReplyCode is Constants.AccessRefused or Constants.PreconditionFailed)
            {
                // The broker refuses it, or the queue is declared otherwise. Each such try is an error in the broker's log, so there is one
                // try for each connection.
                _leftToTheirOwner.Add(other);
            }
            catch (OperationInterruptedException) when (_connection!.IsOpen)
            {
                // Another client is changing the queue. The next check tries again.
            }
            catch (TimeoutException) when (_connection!.IsOpen)
            {
                // The broker can't serve the queue now.
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Queue} has had no consumer of this host for {Seconds:0} s; its endpoint is started again")]
    partial void LogRestart(string queue, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The endpoint of {Queue} could not be started again; trying again")]
    partial void LogRestartFailed(string queue, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Queue} has its consumer again")]
    partial void LogBack(string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What {Queue} needs at the broker can't be checked: {Reason}")]
    partial void LogRefused(string queue, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Endpoints can't be supervised ({Reason}); trying again until they can")]
    partial void LogAway(string reason);

    sealed class Absence
    {
        /// <summary>How long the absence has lasted, without the time in which the broker could not be asked.</summary>
        public TimeSpan Lasted { get; set; }

        public int Restarts { get; set; }

        public TimeSpan NextRestart { get; set; } = FirstRestart;
    }
}
