using System.Text.Json;
using Orchestrator.Contracts;

namespace Orchestrator.Simulation.Worlds;

/// <summary>A message on the wire.</summary>
/// <param name="Id">Its message id.</param>
/// <param name="Type">Its type.</param>
/// <param name="Body">Its content, as JSON.</param>
/// <param name="CausationId">The message that caused it, if one did.</param>
/// <param name="MayBeLost">Whether the network may lose it, because its sender would send it again.</param>
public sealed record Message(Guid Id, Type Type, string Body, Guid? CausationId, bool MayBeLost)
{
    /// <summary>Makes the form of a message on the wire.</summary>
    public static Message Of(Guid id, ISagaMessage message, Guid? causationId, bool mayBeLost) =>
        new(id, message.GetType(), JsonSerializer.Serialize(message, message.GetType(), WireJson.Options), causationId, mayBeLost);

    /// <summary>Reads the content.</summary>
    public ISagaMessage Read() => (ISagaMessage)JsonSerializer.Deserialize(Body, Type, WireJson.Options)!;

    /// <summary>The same message as the next version of its sender writes it, with one more field.</summary>
    internal Message SayingMore() => this with { Body = Body.Insert(1, "\"site\":\"north\",") };

    /// <summary>The same message with the next epoch and its own id.</summary>
    internal Message OfNextEpoch(int epoch) => this with
    {
        Id = DerivedId.From(Id.ToString(), nameof(OfNextEpoch)),
        Body = Body.Replace(
            FormattableString.Invariant($"\"epoch\":{epoch}"), FormattableString.Invariant($"\"epoch\":{epoch + 1}"),
            StringComparison.Ordinal),
    };
}

/// <summary>A message on its way to one receiver.</summary>
/// <param name="Queue">The queue in which it waits.</param>
/// <param name="Message">The message.</param>
/// <param name="Tries">How often a receiver has already failed to handle it.</param>
/// <param name="Deferrals">How often it was deferred, which is no failure.</param>
public sealed record Delivery(string Queue, Message Message, int Tries, int Deferrals = 0)
{
    /// <summary>The event whose exchange a forged message came through; null for other messages.</summary>
    public Type? By { get; init; }

    /// <summary>Whether it may have been handled before.</summary>
    public bool IsRedelivery => Tries > 0 || Deferrals > 0;
}
