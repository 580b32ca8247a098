using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Looks at every queue that this process takes messages from. What the broker has lost is declared again, an endpoint that does not
/// consume is started again, and when neither helps for minutes, the process is told to end.
/// </summary>
/// <remarks>An outage is waited for: time counts only while the supervisor's own connection shows that the broker can be reached.</remarks>
public sealed partial class EndpointSupervisor(
    ConsumedQueues queues, BrokerAddress broker, BrokerConventions conventions, TimeProvider time, ILogger<EndpointSupervisor> logger)
    : IDisposable
{
    static readonly TimeSpan Look = TimeSpan.FromSeconds(3);
    static readonly TimeSpan BetweenRepairs = TimeSpan.FromSeconds(15);
    static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);
    static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);

    // Longer than MassTransit takes to consume again by itself, unless it waits between its tries.
    static readonly TimeSpan FirstRestart = TimeSpan.FromSeconds(10);
    // Between two looks, of which each may wait for the broker or for an endpoint that stops.
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
    /// Completes with a sentence when a queue has had no consumer of this process for too long, although the broker can be reached.
    /// </summary>
    public Task<string> Deaf => _deaf.Task;

    /// <summary>Why the broker can't be reached; nothing when it can.</summary>
    public string? Away { get; private set; }

    /// <summary>What the broker refuses to do for the queues, in its words, which name the object.</summary>
    public IReadOnlyList<string> Refusals =>
        [.. _refusals.OrderBy(refusal => refusal.Key, StringComparer.Ordinal).Select(refusal => refusal.Value)];

    /// <summary>Begins to supervise; a process that only sends has nothing to be supervised.</summary>
    public void Begin() => _run = queues.All.Count > 0 ? Run(_stop.Token) : Task.CompletedTask;

    /// <summary>Supervises no longer: what is stopped from now on must not be started again.</summary>
    public async Task End(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        // Nothing is started any more; a connection to a broker that does not answer may take longer to close.
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
                // What can't be seen is not over: it only does not count.
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
        // An endpoint that takes long to stop must not hold up the others.
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
#pragma warning disable CA1031 // Whatever went wrong, the next time may do better; if none does, the host ends.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogRestartFailed(queue.Name, e);
        }
    }

    // Returns the queues that the broker itself can't serve, such as those whose leader is being elected.
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
                // What one queue needs may cost the connection; the others are looked at over another one.
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
#pragma warning disable CA1031 // Whatever went wrong, the broker can't be asked now, and will be again.
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
                    // The broker has closed that one.
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

    // A queue that is another one than expected can't be consumed from, and the host must say so by its end. A right to it that is taken
    // away while the host runs is waited for.
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

    // They are their owners' affair: what can't be done here says nothing about this host.
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
                // Refused, or not as expected. Each such try is an error in the broker's log, so there is one for each connection.
                _leftToTheirOwner.Add(other);
            }
            catch (OperationInterruptedException) when (_connection!.IsOpen)
            {
                // Somebody is changing it; the next look finds it again.
            }
            catch (TimeoutException) when (_connection!.IsOpen)
            {
                // The broker can't serve it now.
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
        /// <summary>How long, without the time in which the broker could not be asked.</summary>
        public TimeSpan Lasted { get; set; }

        public int Restarts { get; set; }

        public TimeSpan NextRestart { get; set; } = FirstRestart;
    }
}
