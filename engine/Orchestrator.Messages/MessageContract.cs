using System.Collections.Concurrent;
using System.Reflection;

namespace Orchestrator.Contracts;

/// <summary>
/// What makes a type a message: it lies in an assembly of contracts, and it names its saga, is a command of a queue, or is a public event.
/// </summary>
public static class MessageContract
{
    static readonly ConcurrentDictionary<Type, string?> Problems = new();
    static readonly ConcurrentDictionary<Type, bool> Public = new();

    /// <summary>Refuses a type that is no message.</summary>
    /// <exception cref="UnknownContractException">No contract knows it.</exception>
    public static void Check(Type type)
    {
        if (Problem(type) is { } problem)
            throw new UnknownContractException(problem);
    }

    /// <summary>Why a type is not a message, and what to do; null when it is one.</summary>
    public static string? Problem(Type type) => Problems.GetOrAdd(type, static type => ProblemOf(type));

    /// <summary>The name of a type on the wire, as MassTransit writes it: <c>urn:message:Namespace:Name</c>.</summary>
    public static string Urn(Type type) => $"urn:message:{type.Namespace}:{NameIn(type)}";

    /// <summary>True for an event that may have no subscriber. Every other message must reach a queue.</summary>
    public static bool IsPublic(Type type) =>
        Public.GetOrAdd(type, static type => type.IsDefined(typeof(PublicEventAttribute), inherit: false));

    /// <summary>
    /// True for an interface that messages share. Only code uses such an interface: it is never sent, and no queue subscribes to it.
    /// </summary>
    public static bool IsShared(Type type) => type.IsInterface && IsOfContracts(type.Assembly);

    /// <summary>The interfaces that messages share, of all contracts that this process has loaded.</summary>
    public static IEnumerable<Type> LoadedSharedInterfaces() =>
        AppDomain.CurrentDomain.GetAssemblies().Where(IsOfContracts).SelectMany(assembly => assembly.GetExportedTypes()).Where(IsShared);

    static string NameIn(Type type) => type.DeclaringType is { } outer ? $"{NameIn(outer)}+{type.Name}" : type.Name;

    static bool IsOfContracts(Assembly assembly) => assembly.IsDefined(typeof(MessageContractsAttribute), inherit: false);

    static string? ProblemOf(Type type)
    {
        var isCommand = type.IsDefined(typeof(SentToAttribute), inherit: false);
        if (!IsOfContracts(type.Assembly))
            return $"no contract knows {type}; declare it where the contracts are, in an assembly that is marked [assembly: "
                + $"MessageContracts]";
        if (type.IsInterface || !(isCommand || IsPublic(type) || type.IsAssignableTo(typeof(ISagaMessage))))
            return $"no contract knows {type} as a message; send a record that implements ISagaMessage or is marked [SentTo(queue)] or "
                + $"[PublicEvent]";
        return IsPublic(type) && (isCommand || type.IsAssignableTo(typeof(IStepMessage)))
            ? $"{type} is marked [PublicEvent], but a receiver waits for it; remove the mark, or the message may be lost"
            : null;
    }
}
