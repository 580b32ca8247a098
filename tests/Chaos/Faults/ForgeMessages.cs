using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Operations;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Tests.Chaos.Checks;
using Orchestrator.Tests.Chaos.Site;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Chaos.Faults;

/// <summary>
/// An attacker who may publish the outcomes of a participant sends commands of operators and customers to sagas through their exchanges.
/// Then an operator redrives all dead letters.
/// </summary>
sealed class ForgeMessages(Uri broker, Books books, IReadOnlyDictionary<string, string> workers) : Fault(
    "messages forged and redriven", weight: 2)
{
    const int AtOnce = 5;
    const string Nobody = "mallory", Reason = "to see what happens";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), Pause = TimeSpan.FromMilliseconds(200);

    static readonly Type[] MayBePublished =
    [
        typeof(StockReserved), typeof(PaymentAuthorized), typeof(PaymentCaptured), typeof(ShipmentBooked),
    ];

    readonly ConcurrentBag<Guid> _forged = [];

    /// <summary>The ids of all forged messages.</summary>
    public IReadOnlyCollection<Guid> Forged => _forged;

    public override async Task<Effect> Strike(SplitMix64 dice, CancellationToken stop)
    {
        var orders = await books.Of("orchestrator").Read(
            sql => sql.Query(
                "SELECT id FROM saga WHERE completed_at IS NULL ORDER BY created_at DESC LIMIT @most", row =>
                    row.GetGuid(0), ("most", AtOnce)),
            stop);
        var before = _forged.Count;
        await using (var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(stop))
        await using (var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), stop))
        {
            foreach (var order in orders)
                await Publish(channel, dice.Of(MayBePublished), Command(ref dice, order), stop);
        }

        for (var waited = Stopwatch.StartNew(); await NotSetAside(stop) is var left and > 0; await Task.Delay(Pause, stop))
        {
            if (waited.Elapsed > Patience)
            {
                return new(
                    $"{orders.Count} messages",
                    FormattableString.Invariant(
                        $"{left} forged messages were not set aside for their origin in {Patience.TotalSeconds} s"));
            }
        }

        var (exitCode, said) = await WorkerCommand.Run(workers, ["redrive", "--all", "--by", "chaos", "--note", Reason]);
        return new(
            FormattableString.Invariant($"{_forged.Count - before} of them; {said.Trim()}"),
            await NotSetAside(stop) == 0 && RedriveAll.Left(said) == _forged.Count
                ? null
                : $"forged messages were sent back: redrive ended with {exitCode}: {said.Trim()}");
    }

    /// <summary>The violations that show that a forged message was accepted.</summary>
    public async Task<IReadOnlyList<Violation>> Violations(CancellationToken stop)
    {
        var obeyed = await books.Of("orchestrator").Read(
            sql => sql.Query(
                "SELECT saga_id, event::text FROM journal WHERE message_id = ANY(@ids)", row =>
                    (row.GetGuid(0), row.GetString(1)), ("ids", _forged.ToArray())),
            stop);
        var left = await NotSetAside(stop);
        return
        [
            .. obeyed.Select(row => new Violation($"a forged message was accepted: {row.Item2}", row.Item1)),
            .. left == 0
            ? [] : new[] { new Violation(FormattableString.Invariant($"{left} forged messages are not among the dead letters that stay")) },
        ];
    }

    async Task<long> NotSetAside(CancellationToken stop) => _forged.Count - await books.Of("orchestrator").Read(
        sql => sql.First(
            "SELECT count(*) FROM dead_letter WHERE message_id = ANY(@ids) AND reason_class = 'origin' AND redriven_at IS NULL",
            row => row.GetInt64(0), ("ids", _forged.ToArray())),
        stop);

    async Task Publish(IChannel channel, Type by, ISagaMessage command, CancellationToken stop)
    {
        var id = Guid.CreateVersion7();
        var envelope = new
        {
            messageId = id,
            correlationId = command.SagaId,
            messageType = new[] { MessageUrn.ForTypeString(command.GetType()) },
            message = JsonSerializer.SerializeToElement(command, command.GetType(), WireJson.Options),
        };
        var properties = new BasicProperties
        {
            ContentType = "application/vnd.masstransit+json",
            MessageId = id.ToString(),
            // The headers in which a sender describes the way of its message prove nothing.
            Headers = new Dictionary<string, object?> { [WireHeaders.OriginExchange] = OrderQueues.Commands },
        };
        await channel.BasicPublishAsync(
            BrokerQueues.Event(by), "", true, properties, JsonSerializer.SerializeToUtf8Bytes(envelope, WireJson.Options), stop);
        _forged.Add(id);
    }

    static ISagaMessage Command(ref SplitMix64 dice, Guid order) => dice.Below(3) switch
    {
        0 => new CancelOrder(order, Nobody, Reason),
        1 => new CompensateSaga(order, null, Nobody, Reason),
        _ => new ResolveStep(order, null, nameof(CapturePayment), StepResolution.Done, "my word", Nobody, Reason),
    };
}
