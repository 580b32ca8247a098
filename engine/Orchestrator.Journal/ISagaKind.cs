using Orchestrator.Contracts;
using Orchestrator.Engine;

namespace Orchestrator.Journal;

/// <summary>What the journal must know about a kind of saga.</summary>
public interface ISagaKind
{
    /// <summary>The saga's name: the column <c>kind</c>.</summary>
    string Name { get; }

    /// <summary>The version of the definition that this process runs.</summary>
    int DefinitionVersion { get; }

    /// <summary>Its table as <see cref="TableFingerprint"/> writes it.</summary>
    string Fingerprint { get; }

    /// <summary>
    /// A step that the saga has attempted and this definition does not have; null when it has all of them, or the saga can't be read.
    /// </summary>
    string? RemovedStepOf(SagaRow saga);

    /// <summary>The queues of the participants that it sends commands to.</summary>
    IReadOnlyCollection<string> SendsTo { get; }

    /// <summary>The types of the answers that it expects from a queue of <see cref="SendsTo"/>.</summary>
    IReadOnlyCollection<Type> AnswersOf(string queue);

    /// <summary>The types of the messages that move it.</summary>
    IReadOnlyCollection<Type> Receives { get; }

    /// <summary>The types of the messages that it sends or publishes.</summary>
    IReadOnlyCollection<Type> Sends { get; }

    /// <summary>The names of the events that are published when a saga ends.</summary>
    IReadOnlyCollection<string> Ends { get; }

    /// <summary>True when messages of a type start a saga.</summary>
    bool IsStartedBy(Type message);

    /// <summary>The commands and undos that the breaker watches.</summary>
    IReadOnlyList<Circuit> Circuits { get; }

    /// <summary>The names of its steps, in the table's order.</summary>
    IReadOnlyList<string> Steps { get; }

    /// <summary>What its view shows beside the columns that every saga has.</summary>
    IReadOnlyList<SagaColumn> Columns { get; }

    /// <summary>Its table as a Markdown document for people.</summary>
    string Document();

    /// <summary>The type of a message that the saga sends or receives, by its name in the journal.</summary>
    Type MessageType(string name);

    /// <summary>Decides what a message changes: pure, and the same on every replica.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="loaded">What the store knows.</param>
    /// <exception cref="RejectedMessageException">The message can't be accepted: it goes to the dead letters.</exception>
    /// <exception cref="DeferredMessageException">The message came before the message that starts its saga.</exception>
    SagaDecision Decide(Delivery delivery, Loaded loaded);

    /// <summary>Whether the outcome of a command that a saga sent earlier is still awaited.</summary>
    bool IsAwaited(SagaRow saga, OutgoingEnvelope command);
}
