using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit;

/// <summary>
/// Checks which messages may be sent, and which must reach a queue. MassTransit makes an exchange for any type, and the broker drops a
/// message that no queue takes. Without these checks nobody would notice a mistake.
/// </summary>
static class SentTypes
{
    // The types of MassTransit itself, such as its faults.
    const string MassTransits = "urn:message:MassTransit";

    /// <summary>Refuses a type that is not in the contracts, before MassTransit makes an exchange for it.</summary>
    /// <exception cref="UnknownContractException">The object is not a message, or it is sent as another type.</exception>
    public static void Check(SendContext context)
    {
        if (IsMassTransits(context) || context is not SendContext<object> { Message: var message })
            return;
        var type = message.GetType();
        MessageContract.Check(type);
        if (NameOf(context) is var name && name != MessageUrn.ForTypeString(type))
            throw new UnknownContractException($"{type} is sent as {name}, a type that no queue receives; send it as its own type");
    }

    /// <summary>Whether a queue must take it. A public event that is published may have no queue.</summary>
    public static bool MustArrive(SendContext context, bool isPublished) =>
        !IsMassTransits(context)
        && !(isPublished && context is SendContext<object> { Message: var message } && MessageContract.IsPublic(message.GetType()));

    static bool IsMassTransits(SendContext context) => NameOf(context)?.StartsWith(MassTransits, StringComparison.Ordinal) == true;

    static string? NameOf(SendContext context) => context.SupportedMessageTypes.FirstOrDefault();
}
