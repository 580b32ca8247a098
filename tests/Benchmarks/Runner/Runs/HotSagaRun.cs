using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Tests.Benchmarks.Floor;
using Orchestrator.Tests.Benchmarks.Load;
using Orchestrator.Tests.Benchmarks.Reports;
using Orchestrator.Worker;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Benchmarks.Runs;

/// <summary>One saga that gets very many messages at once. Each is a transition of its own, and none may be lost.</summary>
static class HotSagaRun
{
    const string Queue = "order-fulfilment";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Runs an order to its end. Then it sends the outcome of a step to its saga again and again, each time as a new message.
    /// </summary>
    /// <exception cref="InvalidOperationException">A message is missing in the journal, or was set aside.</exception>
    public static async Task<HotSaga> Run(Entrant product, int messages)
    {
        var order = new Orders();
        await product.Shop.Submit(1);
        var (books, id) = (product.Contender.Books, order.Next().OrderId);
        Task<long> Version() => books.Count(WorkerRegistration.Party, $"SELECT version FROM saga WHERE id = '{id}'");
        var before = await Version();
        var watch = Stopwatch.StartNew();
        await Publish(product.Contender.Broker, id, messages);
        while (await Version() < before + messages)
        {
            if (watch.Elapsed > Patience)
                break;
            await Task.Delay(10);
        }

        var seconds = watch.Elapsed.TotalSeconds;
        var transitions = await books.Count(WorkerRegistration.Party, $"SELECT count(*) FROM journal WHERE saga_id = '{id}'");
        var letters = await books.Count(WorkerRegistration.Party, "SELECT count(*) FROM dead_letter");
        return transitions == before + messages && letters == 0
            ? new HotSaga(messages, seconds, messages / seconds, letters, transitions)
            : throw new InvalidOperationException(
                $"Of {messages} messages to one saga {transitions - before} are in its journal, and {letters} in the dead letters.");
    }

    static async Task Publish(Uri broker, Guid id, int messages)
    {
        await using var connection = await new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(
            "hot");
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false));
        var confirms = new Confirms();
        channel.BasicAcksAsync += (_, ack) =>
        {
            confirms.Confirm(ack.DeliveryTag, ack.Multiple);
            return Task.CompletedTask;
        };
        var buffer = new ArrayBufferWriter<byte>();
        await using var json = WireEnvelope.Writer(buffer);
        var content = JsonSerializer.SerializeToUtf8Bytes(new StockReserved(id, 1), WireJson.Options);
        for (var i = 0; i < messages; i++)
        {
            var messageId = Guid.CreateVersion7();
            WireEnvelope.Write(
                json, buffer, nameof(StockReserved), messageId, id, conversationId: messageId, causationId: null, source: "inventory",
                from: "rabbitmq://localhost/hot",
                to: $"rabbitmq://localhost/{Queue}", DateTime.UtcNow, content);
            await channel.BasicPublishAsync(
                "", Queue, mandatory: true,
                new BasicProperties
                {
                    ContentType = WireEnvelope.ContentType,
                    DeliveryMode = DeliveryModes.Persistent,
                    MessageId = messageId.ToString()
                },
                buffer.WrittenMemory);
        }

        await confirms.Await((ulong)messages);
    }
}
