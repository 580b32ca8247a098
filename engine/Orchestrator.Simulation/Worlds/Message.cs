using System.Text.Json;
using Orchestrator.Contracts;

namespace Orchestrator.Simulation.Worlds;

/// <summary>A message on the wire.</summary>
/// <param name="Id">Its message id.</param>
/// <param name="Type">Its type.</param>
/// <param name="Body">Its content, as JSON.</param>
/// <param name="CausationId">The message that caused it, if one did.</param>
/// <param name="MayBeLost">Whether somebody would send it again.</param>
public sealed record Message(Guid Id, Type Type, string Body, Guid? CausationId, bool MayBeLost)
{
    /// <summary>Puts a message into the form that it has on the wire.</summary>
    public static Message Of(Guid id, ISagaMessage message, Guid? causationId, bool mayBeLost) =>
        new(id, message.GetType(), JsonSerializer.Serialize(message, message.GetType(), WireJson.Options), causationId, mayBeLost);

    /// <summary>Reads the content.</summary>
    public ISagaMessage Read() => (ISagaMessage)JsonSerializer.Deserialize(Body, Type, WireJson.Options)!;

    /// <summary>The same as the next version of its sender says it.</summary>
    internal Message SayingMore() => this with { Body = Body.Insert(1, "\"site\":\"north\",") };

    /// <summary>The same of the next epoch, under an id of its own.</summary>
    internal Message OfNextEpoch(int epoch) => this with
    {
        Id = DerivedId.From(Id.ToString(), nameof(OfNextEpoch)),
        Body = Body.Replace(
            FormattableString.Invariant($"\"epoch\":{epoch}"), FormattableString.Invariant($"\"epoch\":{epoch + 1}"),
            StringComparison.Ordinal),
    };
}

/// <summary>A message on its way to one receiver.</summary>
/// <param name="Queue">Where it waits.</param>
/// <param name="Message">The message.</param>
/// <param name="Tries">How often it was given to a receiver before that failed.</param>
/// <param name="Deferrals">How often it was deferred, which is no failure.</param>
public sealed record Delivery(string Queue, Message Message, int Tries, int Deferrals = 0)
{
    /// <summary>The event by whose exchange it came; absent when it came as it should.</summary>
    public Type? By { get; init; }

    /// <summary>Whether it may have been handled before.</summary>
    public bool IsRedelivery => Tries > 0 || Deferrals > 0;
}
