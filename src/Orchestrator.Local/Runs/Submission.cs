using System.Security.Cryptography;
using System.Text.Json;
using MassTransit;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Journal;
using Orchestrator.MassTransit;

namespace Orchestrator.Local.Runs;

/// <summary>An order with its canonical content. Two lines with the same order have the same bytes as content.</summary>
public sealed class Submission
{
    readonly byte[] _content;

    /// <summary>Prepares an order.</summary>
    public Submission(OrderSubmitted order)
    {
        Order = order;
        _content = JsonSerializer.SerializeToUtf8Bytes(order, WireJson.Options);
        Digest = Convert.ToHexString(SHA256.HashData(_content));
    }

    /// <summary>The order.</summary>
    public OrderSubmitted Order { get; }

    /// <summary>The SHA-256 of the content. It tells different contents apart.</summary>
    public string Digest { get; }

    /// <summary>The size of the content, in bytes.</summary>
    public int Size => _content.Length;

    /// <summary>The submission that started a saga.</summary>
    /// <param name="journalledEvent">The event of its first journal row.</param>
    public static Submission FromJournal(string journalledEvent) =>
        new(Envelope.FromJson(journalledEvent).Message.Deserialize<OrderSubmitted>(WireJson.Options)!);

    /// <summary>Publishes the order. Its message id is derived from its content, so an order that is published twice counts once.</summary>
    public Task Publish(IPublishEndpoint bus, CancellationToken cancellationToken) => bus.Publish(
        Order,
        context =>
        {
            context.MessageId = DerivedId.From(nameof(OrderSubmitted), Convert.ToHexString(_content));
            context.SentBy("local");
        },
        cancellationToken);
}
