using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit;

/// <summary>
/// What may be sent, and what must arrive. MassTransit makes an exchange for anything, and the broker drops what no queue takes: a mistake
/// would be noticed by nobody.
/// </summary>
static class SentTypes
{
    // Its faults, for whoever asked to be told of them.
    const string MassTransits = "urn:message:MassTransit";

    /// <summary>Refuses what no contract knows, before anything is made for it at the broker.</summary>
    /// <exception cref="UnknownContractException">It is no message, or is sent as something else than it is.</exception>
    public static void Check(SendContext context)
    {
        if (IsMassTransits(context) || context is not SendContext<object> { Message: var message })
            return;
        var type = message.GetType();
        MessageContract.Check(type);
        if (NameOf(context) is var name && name != MessageUrn.ForTypeString(type))
            throw new UnknownContractException($"{type} is sent as {name}, as which nobody receives it; send it as what it is");
    }

    /// <summary>Whether a queue must take it: everything but public events that are published.</summary>
    public static bool MustArrive(SendContext context, bool isPublished) =>
        !IsMassTransits(context)
        && !(isPublished && context is SendContext<object> { Message: var message } && MessageContract.IsPublic(message.GetType()));

    static bool IsMassTransits(SendContext context) => NameOf(context)?.StartsWith(MassTransits, StringComparison.Ordinal) == true;

    static string? NameOf(SendContext context) => context.SupportedMessageTypes.FirstOrDefault();
}
