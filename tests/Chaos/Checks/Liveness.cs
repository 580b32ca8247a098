using System.Diagnostics;
using Npgsql;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.Journal;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.Tests.Chaos.Checks;

/// <summary>
/// The rules that must hold during a fault, or soon after it: all that is not blocked itself goes on, and everything recovers by itself.
/// </summary>
/// <param name="books">The databases.</param>
/// <param name="broker">The address of the broker for an administrator.</param>
sealed class Liveness(Books books, Uri broker)
{
    const int Replicas = 2;

    static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(250);

    static readonly string[] Queues =
    [
        SagaQueues.Intake(OrderQueues.Commands), SagaQueues.Outcomes(OrderQueues.Commands), SagaQueues.Deadlines(OrderQueues.Commands),
        OperatorQueues.Commands,
        PaymentQueues.Commands, InventoryQueues.Commands, InventoryQueues.Events, ShippingQueues.Commands,
    ];

    /// <summary>The databases.</summary>
    public Books Books => books;

    /// <summary>A session of an administrator, in which a fault locks or reads rows.</summary>
    public async Task<NpgsqlConnection> Session(CancellationToken stop) => await books.Of("orchestrator").Source.OpenConnectionAsync(stop);

    /// <summary>Waits until every host takes messages from all of its queues.</summary>
    /// <returns>What is wrong when a host does not do so in time; null when all do.</returns>
    public async Task<string?> AllTake(CancellationToken stop)
    {
        string? deaf = "the broker was not asked";
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Recovery; await Task.Delay(Pause, stop))
        {
            try
            {
                if ((deaf = await Deaf(stop)) is null)
                    return null;
            }
            catch (Exception e) when (e is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException)
            {
                deaf = $"the broker does not answer ({e.Message})";
            }
        }

        return FormattableString.Invariant($"{Recovery.TotalSeconds} s later {deaf}");
    }

    /// <summary>Waits until sagas that began later than a time have received an answer.</summary>
    /// <param name="what">The fault that lasts meanwhile, for people.</param>
    /// <param name="answers">The messages that the fault does not block.</param>
    /// <param name="since">Only sagas that began later count.</param>
    /// <param name="within">The limit of the wait.</param>
    /// <param name="stop">Interrupts the run.</param>
    /// <returns>What is wrong when no saga received one in time; null otherwise.</returns>
    public Task<string?> OthersMove(string what, string[] answers, DateTimeOffset since, TimeSpan within, CancellationToken stop) => Until(
        "SELECT count(*) FROM saga s JOIN journal j ON j.kind = s.kind AND j.saga_id = s.id WHERE s.created_at > @since AND "
        + "j.message_type = ANY(@types)",
        answers, since, within,
        FormattableString.Invariant($"{what}, and in {within.TotalSeconds} s no other order received {string.Join(" or ", answers)}"),
        stop);

    /// <summary>Waits until a saga has acted on a deadline.</summary>
    /// <param name="what">The fault that lasts meanwhile, for people.</param>
    /// <param name="since">Only transitions after this time count.</param>
    /// <param name="within">The limit of the wait.</param>
    /// <param name="stop">Interrupts the run.</param>
    /// <returns>What is wrong when no saga acted in time; null otherwise.</returns>
    public Task<string?> DeadlinesPass(string what, DateTimeOffset since, TimeSpan within, CancellationToken stop) => Until(
        "SELECT count(*) FROM journal WHERE at > @since AND message_type = ANY(@types)",
        [nameof(DeadlineReached)], since, within,
        FormattableString.Invariant($"{what}, and in {within.TotalSeconds} s no saga acted on its deadline"),
        stop);

    async Task<string?> Until(string query, string[] types, DateTimeOffset since, TimeSpan within, string otherwise, CancellationToken stop)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < within; await Task.Delay(Pause, stop))
        {
            if (await books.Count("orchestrator", query, ("since", since.ToUniversalTime()), ("types", types)) > 0)
                return null;
        }

        return otherwise;
    }

    async Task<string?> Deaf(CancellationToken stop)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(stop);
        foreach (var queue in Queues)
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: stop);
            var consumers = await channel.ConsumerCountAsync(queue, stop);
            if (consumers < Replicas)
                return $"{queue} has {consumers} consumers and not {Replicas}";
        }

        return null;
    }
}
